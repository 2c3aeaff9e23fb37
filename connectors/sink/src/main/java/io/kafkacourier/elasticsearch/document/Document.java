/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

/**
 * The document of one record. The arrays are not copied and must not change; documents are not compared.
 *
 * @param index the name of the index
 * @param id the {@code _id} in UTF-8, as it is written between quotes in JSON
 * @param json one JSON object in UTF-8 on one line
 */
@SuppressWarnings("ArrayRecordComponent")
public record Document(String index, byte[] id, byte[] json) {}
