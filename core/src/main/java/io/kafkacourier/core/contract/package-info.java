/* SPDX-License-Identifier: Apache-2.0 */
/** The public contract: header names, reasons and topic names, each declared once. */
@NullMarked
package io.kafkacourier.core.contract;

import org.jspecify.annotations.NullMarked;
