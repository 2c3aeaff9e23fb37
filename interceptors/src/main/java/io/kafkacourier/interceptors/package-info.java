/* SPDX-License-Identifier: Apache-2.0 */
/** Interceptors for the {@code interceptor.classes} of plain Kafka clients. */
@NullMarked
package io.kafkacourier.interceptors;

import org.jspecify.annotations.NullMarked;
