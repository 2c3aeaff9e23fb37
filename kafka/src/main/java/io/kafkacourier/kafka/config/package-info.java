/* SPDX-License-Identifier: Apache-2.0 */
/** Configuration: its errors, validators, whose {@code toString} is their documentation, and options that several plugins have. */
@NullMarked
package io.kafkacourier.kafka.config;

import org.jspecify.annotations.NullMarked;
