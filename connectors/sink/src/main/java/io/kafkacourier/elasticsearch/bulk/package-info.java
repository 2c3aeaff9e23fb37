/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The bulk API of Elasticsearch: how a document becomes an operation of a {@code _bulk} request, how requests are sent, and
 * what each answer means.
 */
@NullMarked
package io.kafkacourier.elasticsearch.bulk;

import org.jspecify.annotations.NullMarked;
