/* SPDX-License-Identifier: Apache-2.0 */
/** What Kafka's clients do without Connect: the base that benchmarks compare with, as a program of its own. */
@NullMarked
package io.kafkacourier.benchmarks.bare;

import org.jspecify.annotations.NullMarked;
