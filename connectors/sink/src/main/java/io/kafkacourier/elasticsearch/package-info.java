/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The sink for Elasticsearch: its connector, task and options, and the metrics that it publishes. The rooms below know
 * Elasticsearch: {@code document} makes a document of each record, {@code bulk} sends documents, {@code template} keeps the
 * index template and deletes old indices, {@code connection} has the clients. {@code io.kafkacourier.sink} delivers.
 */
@NullMarked
package io.kafkacourier.elasticsearch;

import org.jspecify.annotations.NullMarked;
