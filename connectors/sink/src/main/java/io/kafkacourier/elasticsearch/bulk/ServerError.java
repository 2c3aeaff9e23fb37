/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An error as Elasticsearch reports it. The reason may quote the document, so it is judged but never shown.
 *
 * @param type such as {@code document_parsing_exception}; empty if the answer named none
 * @param reason empty if the answer gave none
 */
record ServerError(String type, String reason) {

    /** No error, or one without a body. */
    static final ServerError NONE = new ServerError("", "");

    /** The place in the document, and that it could not be parsed; some versions write both twice. */
    private static final String PLACE = "(?:\\[-?\\d+:-?\\d+] |failed to parse: )*";

    /** A name as fields of mappings and logs have it; any other could be made of somebody's data. */
    private static final String NAME = "([A-Za-z_@][\\w.-]{0,127})";

    /** A kind of reason: where it names a field, and what to show about that field. */
    private record Message(Pattern pattern, String text) {

        /** @param text {@code %1$s} and {@code %2$s} stand for the groups of the pattern */
        static Message of(String pattern, String text) {
            return new Message(Pattern.compile(PLACE + pattern), text);
        }
    }

    /**
     * What is shown of a reason. Each pattern matches the beginning of a reason, which is the server's own text; the end of a
     * reason quotes the document.
     */
    private static final List<Message> MESSAGES = List.of(
            Message.of("failed to parse field \\[(_\\w{1,64})] of type \\[\\1]", "metadata field %1$s"),
            Message.of("Field \\[(_\\w{1,64})] is a metadata field", "metadata field %1$s"),
            Message.of("failed to parse field \\[" + NAME + "] of type \\[(\\w+)]", "field %1$s of type %2$s"),
            Message.of("object mapping for \\[" + NAME + "] tried to parse", "field %1$s, which is an object"),
            Message.of("object mapping \\[" + NAME + "] can't be changed from", "field %1$s"),
            Message.of("can't merge a non[- ]object mapping \\[" + NAME + "] with an object mapping", "field %1$s"),
            Message.of("mapper \\[" + NAME + "] cannot be changed from type", "field %1$s"),
            Message.of("Cannot write to a field alias \\[" + NAME + "]", "field %1$s, which is an alias"),
            Message.of(
                    "Cannot copy field \\[" + NAME + "] to fields", "field %1$s, which is copied and can be no object"),
            Message.of("data stream timestamp field \\[" + NAME + "]", "field %1$s"),
            Message.of(
                    "Document contains at least one immense term in field=\"" + NAME + "\"",
                    "field %1$s, a term too long"),
            Message.of(
                    "mapping set to strict, dynamic introduction of \\[" + NAME + "] within \\[([\\w.@-]{1,128})]",
                    "field %1$s in %2$s, which is strict"),
            Message.of("Duplicate field '" + NAME + "'", "field %1$s, which is there twice"),
            Message.of("Duplicate field '", "a field that is there twice"),
            Message.of("Limit of total fields \\[(\\d+)]", "more fields than the limit of %1$s"),
            Message.of("Limit of mapping depth \\[(\\d+)]", "fields nested deeper than the limit of %1$s"),
            Message.of("[Ff]ield name cannot be an empty string", "a field with an empty name"),
            Message.of("[Ff]ield name cannot contain only whitespace", "a field with a blank name"),
            Message.of("[Ff]ield name cannot contain only dots", "a field with a name of dots only"),
            Message.of("[Ff]ield name starting or ending with a \\[\\.]", "a field with a misplaced dot in its name"),
            Message.of("Number (?:value )?length \\(\\d+\\) exceeds the maximum", "a number with too many digits"));

    boolean reasonHasAnyOf(List<String> texts) {
        return texts.stream().anyMatch(reason::contains);
    }

    /** The type, and the field at fault if the reason names it, for logs and dead letters. */
    @Override
    public String toString() {
        for (Message message : MESSAGES) {
            Matcher matcher = message.pattern().matcher(reason);
            if (matcher.lookingAt()) {
                return type + " (" + filled(message.text(), matcher) + ")";
            }
        }
        return type.isEmpty() ? "no reason given" : type;
    }

    private static String filled(String text, Matcher matcher) {
        Object[] groups = new Object[matcher.groupCount()];
        for (int i = 0; i < groups.length; i++) {
            groups[i] = matcher.group(i + 1);
        }
        return text.formatted(groups);
    }
}
