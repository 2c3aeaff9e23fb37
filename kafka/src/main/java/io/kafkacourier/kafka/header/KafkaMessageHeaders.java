/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.header.MessageHeaders;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.jspecify.annotations.Nullable;

/** {@link MessageHeaders} over the headers of a Kafka client's record, which are changed in place. */
public final class KafkaMessageHeaders implements MessageHeaders {

    private final Headers headers;

    public KafkaMessageHeaders(Headers headers) {
        this.headers = headers;
    }

    @Override
    public @Nullable String text(String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : HeaderText.decode(header.value());
    }

    @Override
    public @Nullable CharSequence chars(String name) {
        Header header = headers.lastHeader(name);
        return header == null ? null : HeaderText.chars(header.value());
    }

    @Override
    public @Nullable CharSequence charsIgnoringCase(String name) {
        CharSequence last = null;
        for (Header header : headers) {
            if (header.key().equalsIgnoreCase(name)) {
                last = HeaderText.chars(header.value());
            }
        }
        return last;
    }

    @Override
    public boolean hasAnyIgnoringCase(String prefix) {
        for (Header header : headers) {
            if (header.key().regionMatches(true, 0, prefix, 0, prefix.length())) {
                return true;
            }
        }
        return false;
    }

    @Override
    public int size(String name) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null ? 0 : header.value().length;
    }

    @Override
    public void put(String name, CharSequence value) {
        replace(name, HeaderText.encode(value.toString()));
    }

    @Override
    public void putAscii(String name, byte[] ascii) {
        replace(name, ascii);
    }

    @Override
    public void remove(String name) {
        // usually there is nothing to remove, and this check needs no iterator
        if (headers.lastHeader(name) != null) {
            headers.remove(name);
        }
    }

    @Override
    public void removeAll(String prefix) {
        List<String> names = new ArrayList<>();
        for (Header header : headers) {
            if (header.key().startsWith(prefix)) {
                names.add(header.key());
            }
        }
        names.forEach(headers::remove);
    }

    private void replace(String name, byte[] value) {
        int count = 0;
        boolean same = false;
        for (Header header : headers.toArray()) {
            if (header.key().equals(name)) {
                count++;
                same = Arrays.equals(header.value(), value);
            }
        }
        if (count == 1 && same) {
            return;
        } else if (count > 0) {
            headers.remove(name);
        }
        headers.add(name, value);
    }
}
