/* SPDX-License-Identifier: Apache-2.0 */
/** Runs the whole system on one machine: starts it, sends messages through it, checks and prints the results. */
@NullMarked
package io.kafkacourier.quickstart;

import org.jspecify.annotations.NullMarked;
