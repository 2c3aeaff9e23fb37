/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error as Elasticsearch reports it. The reason may quote the document, so it is judged but never shown.
 *
 * @param type such as {@code document_parsing_exception}; empty where the answer named none
 * @param reason empty where the answer gave none
 */
record ServerError(String type, String reason) {

    /** No error, or one without a body. */
    static final ServerError NONE = new ServerError("", "");

    /** What of a reason is about the mapping and not about the document. */
    private static final Pattern FIELD =
            Pattern.compile("failed to parse field \\[([\\w@.]{1,64})] of type \\[(\\w+)]");

    boolean reasonHasAnyOf(List<String> texts) {
        return texts.stream().anyMatch(reason::contains);
    }

    /** The type, and the field where a mapped one is at fault: fit for logs and dead letters. */
    @Override
    public String toString() {
        Matcher field = FIELD.matcher(reason);
        if (field.find()) {
            return type + " (field " + field.group(1) + " of type " + field.group(2) + ")";
        }
        return type.isEmpty() ? "no reason given" : type;
    }
}
