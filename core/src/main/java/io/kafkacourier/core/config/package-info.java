/* SPDX-License-Identifier: Apache-2.0 */
/** Reads configuration values and collects everything that is wrong with them. */
@NullMarked
package io.kafkacourier.core.config;

import org.jspecify.annotations.NullMarked;
