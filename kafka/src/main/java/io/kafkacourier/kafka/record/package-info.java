/* SPDX-License-Identifier: Apache-2.0 */
/** Connect records as rules see them, and what kind of record a source connector has made. */
@NullMarked
package io.kafkacourier.kafka.record;

import org.jspecify.annotations.NullMarked;
