/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The delivery of records by a sink, whatever system it writes to. The way of a record: a connector's task hands it to
 * {@code TaskDelivery}, {@code RecordEncoder} makes bytes of it, {@code DestinationQueue} collects bytes in batches, {@code
 * Transport} sends a batch, {@code ReplyHandler} acts on each response, and {@code Offsets} knows which offset may be
 * committed.
 *
 * <p>A connector supplies a {@code TargetSystem}: how records are encoded, how batches are sent and what responses mean, and
 * what has to be set up before the first record. It takes back-pressure, batches, retries, the isolation of bad records and
 * of faulty destinations, dead letters and offsets from here.
 */
@NullMarked
package io.kafkacourier.sink;

import org.jspecify.annotations.NullMarked;
