/* SPDX-License-Identifier: Apache-2.0 */
/** Reads configuration values and collects all mistakes in them. */
@NullMarked
package io.kafkacourier.core.config;

import org.jspecify.annotations.NullMarked;
