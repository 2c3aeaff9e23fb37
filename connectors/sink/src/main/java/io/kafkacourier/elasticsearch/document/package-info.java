/* SPDX-License-Identifier: Apache-2.0 */
/** Which document, with which id, in which index, a record becomes. */
@NullMarked
package io.kafkacourier.elasticsearch.document;

import org.jspecify.annotations.NullMarked;
