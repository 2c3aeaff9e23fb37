/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.header;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.kafkacourier.core.header.HeaderText;
import io.kafkacourier.core.header.MessageHeaders;
import io.kafkacourier.core.text.Utf8;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Values;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.header.Header;
import org.apache.kafka.connect.header.Headers;
import org.jspecify.annotations.Nullable;

/**
 * {@link MessageHeaders} over the headers of a Connect record, which are changed in place. Reads every value that a
 * header converter creates: bytes, text, and the numbers, booleans and dates that Connect's SimpleHeaderConverter
 * creates from text that looks like one.
 */
public final class ConnectMessageHeaders implements MessageHeaders {

    /** The type in which headers are written, so that the record's header converter accepts them. */
    public enum Form {
        /**
         * {@link Schema#STRING_SCHEMA}: for SimpleHeaderConverter (which turns bytes into base64) and StringConverter.
         */
        STRING,
        /** {@link Schema#BYTES_SCHEMA}: for ByteArrayConverter (which rejects text). */
        BYTES
    }

    private static final int MAX_SCALE = 1_000;

    private final Headers headers;
    private final Form form;

    public ConnectMessageHeaders(Headers headers, Form form) {
        this.headers = headers;
        this.form = form;
    }

    @Override
    public @Nullable String text(String name) {
        Header header = headers.lastWithName(name);
        return header == null ? null : text(header);
    }

    @Override
    public @Nullable CharSequence chars(String name) {
        Header header = headers.lastWithName(name);
        return header == null ? null : chars(header);
    }

    @Override
    public @Nullable CharSequence charsIgnoringCase(String name) {
        CharSequence last = null;
        for (Header header : headers) {
            if (header.key().equalsIgnoreCase(name)) {
                last = chars(header);
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
        Header header = headers.lastWithName(name);
        if (header == null) {
            return 0;
        }
        return header.value() instanceof byte[] bytes ? bytes.length : Utf8.length(text(header));
    }

    @Override
    public void put(String name, CharSequence value) {
        Object only = only(name);
        switch (form) {
            case STRING -> {
                String text = value.toString();
                if (!text.equals(only)) {
                    replace(name, text, Schema.STRING_SCHEMA);
                }
            }
            case BYTES -> {
                if (!(only instanceof byte[] bytes && HeaderText.isAscii(bytes, value))) {
                    replace(name, HeaderText.encode(value.toString()), Schema.BYTES_SCHEMA);
                }
            }
        }
    }

    @Override
    public void putAscii(String name, byte[] ascii) {
        Object only = only(name);
        switch (form) {
            case STRING -> {
                if (!(only instanceof String text && HeaderText.isAscii(ascii, text))) {
                    replace(name, new String(ascii, US_ASCII), Schema.STRING_SCHEMA);
                }
            }
            case BYTES -> {
                if (!(only instanceof byte[] bytes && Arrays.equals(bytes, ascii))) {
                    replace(name, ascii, Schema.BYTES_SCHEMA);
                }
            }
        }
    }

    @Override
    public void remove(String name) {
        headers.remove(name);
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

    /**
     * The value of the only header of that name, which is often the value to be written; null if there is none or more
     * than one.
     */
    private @Nullable Object only(String name) {
        Object only = null;
        int count = 0;
        for (Header header : headers) {
            if (header.key().equals(name)) {
                only = header.value();
                count++;
            }
        }
        return count == 1 ? only : null;
    }

    private void replace(String name, Object value, Schema schema) {
        headers.remove(name);
        headers.add(name, value, schema);
    }

    /** Without an exponent, unless that would take too much memory: 1e999999999 is a number too. */
    private static String text(BigDecimal number) {
        return Math.abs((long) number.scale()) > MAX_SCALE ? number.toString() : number.toPlainString();
    }

    private static CharSequence chars(Header header) {
        return header.value() instanceof byte[] bytes ? HeaderText.chars(bytes) : text(header);
    }

    private static String text(Header header) {
        Object value = header.value();
        if (value == null) {
            return HeaderText.UNREADABLE;
        } else if (value instanceof String text) {
            return HeaderText.strip(text);
        } else if (value instanceof byte[] bytes) {
            return HeaderText.decode(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            return HeaderText.decode(buffer);
        } else if (value instanceof BigDecimal number) {
            return text(number);
        } else if (value instanceof Number number) {
            return number.toString();
        }
        try {
            String text = Values.convertToString(header.schema(), value);
            return text == null ? HeaderText.UNREADABLE : HeaderText.strip(text);
        } catch (DataException e) {
            return HeaderText.UNREADABLE;
        }
    }
}
