/* SPDX-License-Identifier: Apache-2.0 */
/** Rules for topic names, and for the topics that messages can be sent to. */
@NullMarked
package io.kafkacourier.core.topic;

import org.jspecify.annotations.NullMarked;
