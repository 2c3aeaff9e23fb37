/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkacourier.elasticsearch.document.Document;
import io.kafkacourier.sink.EncodedRecord;

/** The creation of a document, as two lines of a bulk request: one that names the index and the id, and the document. */
public record CreateOperation(Document document) implements EncodedRecord {

    private static final byte[] INDEX = "{\"create\":{\"_index\":\"".getBytes(US_ASCII);
    private static final byte[] ID = "\",\"_id\":\"".getBytes(US_ASCII);
    private static final byte[] END_OF_ACTION = "\"}}\n".getBytes(US_ASCII);

    @Override
    public String destination() {
        return document.index();
    }

    @Override
    public int length() {
        return INDEX.length
                + document.index().length()
                + ID.length
                + document.id().length
                + END_OF_ACTION.length
                + document.json().length
                + 1;
    }

    @Override
    public void writeTo(byte[] buffer, int from) {
        int at = copy(INDEX, buffer, from);
        at = copy(document.index().getBytes(US_ASCII), buffer, at);
        at = copy(ID, buffer, at);
        at = copy(document.id(), buffer, at);
        at = copy(END_OF_ACTION, buffer, at);
        at = copy(document.json(), buffer, at);
        buffer[at] = '\n';
    }

    private static int copy(byte[] part, byte[] buffer, int at) {
        System.arraycopy(part, 0, buffer, at, part.length);
        return at + part.length;
    }
}
