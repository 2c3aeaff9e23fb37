/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The connection to Elasticsearch: its options, hosts, TLS and credentials, the HTTP clients, and which faults of a connection
 * somebody has to fix.
 */
@NullMarked
package io.kafkacourier.elasticsearch.connection;

import org.jspecify.annotations.NullMarked;
