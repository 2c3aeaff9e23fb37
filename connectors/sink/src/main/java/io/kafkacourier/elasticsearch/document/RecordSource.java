/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

/** What a document is made from. */
public enum RecordSource {
    /** The value of the record. */
    EVENT,
    /** The trace headers of the record. */
    HEADERS,
    /** The value if it is a trace event, otherwise the headers. */
    AUTO
}
