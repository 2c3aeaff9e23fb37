/* SPDX-License-Identifier: Apache-2.0 */
/** The services that benchmarks run on, and the consumer that measures arrivals. */
@NullMarked
package io.kafkacourier.benchmarks.services;

import org.jspecify.annotations.NullMarked;
