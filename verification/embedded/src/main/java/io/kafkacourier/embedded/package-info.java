/* SPDX-License-Identifier: Apache-2.0 */
/**
 * A real broker, a real Connect worker and a real Elasticsearch as child processes on free ports: started, killed,
 * restarted on the same data, stopped. Nothing outlives the JVM that started it.
 */
@NullMarked
package io.kafkacourier.embedded;

import org.jspecify.annotations.NullMarked;
