/* SPDX-License-Identifier: Apache-2.0 */
/** Connect records for rules, and the kinds of records that source connectors make. */
@NullMarked
package io.kafkacourier.kafka.record;

import org.jspecify.annotations.NullMarked;
