/* SPDX-License-Identifier: Apache-2.0 */
/** The index template that the sink keeps up to date, and who deletes documents that are older than the retention. */
@NullMarked
package io.kafkacourier.elasticsearch.template;

import org.jspecify.annotations.NullMarked;
