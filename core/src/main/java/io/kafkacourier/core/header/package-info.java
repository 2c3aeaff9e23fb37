/* SPDX-License-Identifier: Apache-2.0 */
/** How the values of message headers are read and written. */
@NullMarked
package io.kafkacourier.core.header;

import org.jspecify.annotations.NullMarked;
