/* SPDX-License-Identifier: Apache-2.0 */
/** Conversions between text and bytes. */
@NullMarked
package io.kafkacourier.core.text;

import org.jspecify.annotations.NullMarked;
