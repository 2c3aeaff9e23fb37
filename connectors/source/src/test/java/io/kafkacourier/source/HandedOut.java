/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;

/** Shows records that a task handed out. */
public final class HandedOut {

    private HandedOut() {}

    public static List<String> topics(List<SourceRecord> records) {
        return records.stream().map(SourceRecord::topic).toList();
    }

    public static SourceRecord last(List<SourceRecord> records) {
        return records.get(records.size() - 1);
    }

    /** The value, as text. */
    public static String text(SourceRecord record) {
        return new String((byte[]) record.value(), UTF_8);
    }

    /** All headers, as {@code name=value}; a value that is not text is shown as bytes. */
    public static List<String> headers(SourceRecord record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            byte[] value = (byte[]) header.value();
            String text = value == null ? "null" : new String(value, UTF_8);
            boolean isText = text.chars().allMatch(c -> Character.isWhitespace(c) || (c >= ' ' && c < 0x7F));
            headers.add(header.key() + "=" + (isText ? escaped(text) : Arrays.toString(value)));
        }
        return headers;
    }

    /** A text in the form of {@link #headers}. */
    public static String escaped(String text) {
        return text.replace("\n", "\\n").replace("\t", "\\t");
    }

    /** The last header of a name. */
    public static String header(SourceRecord record, String name) {
        return new String(
                (byte[]) Objects.requireNonNull(record.headers().lastWithName(name), name)
                        .value(),
                UTF_8);
    }
}
