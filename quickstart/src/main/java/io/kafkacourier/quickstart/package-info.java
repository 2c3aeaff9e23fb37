/* SPDX-License-Identifier: Apache-2.0 */
/** The whole system on one machine: starts it, sends messages through it, checks and prints what became of them. */
@NullMarked
package io.kafkacourier.quickstart;

import org.jspecify.annotations.NullMarked;
