/* SPDX-License-Identifier: Apache-2.0 */
/** Delayed delivery: {@link io.kafkacourier.delay.DelaySourceConnector}. */
@NullMarked
package io.kafkacourier.delay;

import org.jspecify.annotations.NullMarked;
