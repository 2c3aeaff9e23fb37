/* SPDX-License-Identifier: Apache-2.0 */
/** Text and bytes. */
@NullMarked
package io.kafkacourier.core.text;

import org.jspecify.annotations.NullMarked;
