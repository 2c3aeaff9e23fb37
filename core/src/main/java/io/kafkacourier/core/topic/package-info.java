/* SPDX-License-Identifier: Apache-2.0 */
/** Which names a topic may have, and which topics a message may be sent to. */
@NullMarked
package io.kafkacourier.core.topic;

import org.jspecify.annotations.NullMarked;
