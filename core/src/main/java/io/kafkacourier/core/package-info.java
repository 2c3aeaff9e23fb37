/* SPDX-License-Identifier: Apache-2.0 */
/** The base of all plugins of the bundle. Does not depend on Kafka, Connect or Elasticsearch. */
@NullMarked
package io.kafkacourier.core;

import org.jspecify.annotations.NullMarked;
