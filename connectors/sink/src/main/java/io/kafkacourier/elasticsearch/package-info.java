/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Trace events to Elasticsearch. The way of a record: the task hands it to {@code Delivery}, {@code Documents} makes one
 * line of JSON of it, {@code Bulk} collects lines, {@code BulkSender} posts them, {@code Answer} says what each answer
 * means, and {@code Offsets} knows which offset may be committed.
 */
@NullMarked
package io.kafkacourier.elasticsearch;

import org.jspecify.annotations.NullMarked;
