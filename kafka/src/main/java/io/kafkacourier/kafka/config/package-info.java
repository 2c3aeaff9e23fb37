/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Configuration: errors, validators, and options that several plugins share. A validator's {@code toString} is its
 * documentation.
 */
@NullMarked
package io.kafkacourier.kafka.config;

import org.jspecify.annotations.NullMarked;
