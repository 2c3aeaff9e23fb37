/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/** Shows records that a task handed out. */
final class HandedOut {

    private HandedOut() {}

    /** The offsets that messages had in {@code orders-0}. */
    static List<String> offsets(List<SourceRecord> records) {
        return records.stream()
                .map(record -> header(record, "__courier.origin.offset"))
                .toList();
    }

    /** All headers, as {@code name=value}; a value that is not text is shown as bytes. */
    static List<String> headers(SourceRecord record) {
        List<String> headers = new ArrayList<>();
        for (Header header : record.headers()) {
            headers.add(header.key() + "=" + text((byte[]) header.value()));
        }
        return headers;
    }

    /** The last header of a name. */
    static String header(SourceRecord record, String name) {
        return new String((byte[]) record.headers().lastWithName(name).value(), UTF_8);
    }

    /** A field of a trace event, as text; empty if it has none of that name. */
    static String field(SourceRecord event, String name) throws IOException {
        return new ObjectMapper().readTree((byte[]) event.value()).path(name).asText();
    }

    static String text(byte @Nullable [] value) {
        if (value == null) {
            return "null";
        }
        String text = new String(value, UTF_8);
        return text.chars().allMatch(c -> c >= ' ' && c < 0x7F) ? text : Arrays.toString(value);
    }
}
