/* SPDX-License-Identifier: Apache-2.0 */
/** The configuration of the retry connector that its two modes share. */
@NullMarked
package io.kafkacourier.retry.config;

import org.jspecify.annotations.NullMarked;
