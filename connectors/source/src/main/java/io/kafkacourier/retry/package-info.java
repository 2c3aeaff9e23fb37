/* SPDX-License-Identifier: Apache-2.0 */
/** Retries, dead letters and their redrive: {@link io.kafkacourier.retry.RetrySourceConnector}. */
@NullMarked
package io.kafkacourier.retry;

import org.jspecify.annotations.NullMarked;
