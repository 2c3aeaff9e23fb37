/* SPDX-License-Identifier: Apache-2.0 */
/** Limits how often a lasting problem is logged. */
@NullMarked
package io.kafkacourier.core.log;

import org.jspecify.annotations.NullMarked;
