/* SPDX-License-Identifier: Apache-2.0 */
/** Message headers in Kafka's and in Connect's collections, read and written the same way. */
@NullMarked
package io.kafkacourier.kafka.header;

import org.jspecify.annotations.NullMarked;
