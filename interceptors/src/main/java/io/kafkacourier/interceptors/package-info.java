/* SPDX-License-Identifier: Apache-2.0 */
/** What plain Kafka clients are given in {@code interceptor.classes}. */
@NullMarked
package io.kafkacourier.interceptors;

import org.jspecify.annotations.NullMarked;
