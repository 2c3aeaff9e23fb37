/* SPDX-License-Identifier: Apache-2.0 */
/** Validators for configuration values, whose {@code toString} is their documentation. */
@NullMarked
package io.kafkacourier.core.config;

import org.jspecify.annotations.NullMarked;
