/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The headers of one message in a list, for tests that need neither Kafka nor Connect. */
public final class ListedHeaders implements MessageHeaders {

    private record Listed(String name, String value) {}

    private final List<Listed> headers = new ArrayList<>();

    /** Creates headers in that order, with each name before its value. */
    public static ListedHeaders of(String... namesAndValues) {
        ListedHeaders headers = new ListedHeaders();
        for (int i = 0; i < namesAndValues.length; i += 2) {
            headers.headers.add(new Listed(namesAndValues[i], namesAndValues[i + 1]));
        }
        return headers;
    }

    @Override
    public @Nullable String text(String name) {
        Listed last = last(name::equals);
        return last == null ? null : HeaderText.decode(last.value().getBytes(UTF_8));
    }

    @Override
    public @Nullable CharSequence chars(String name) {
        return text(name);
    }

    @Override
    public @Nullable CharSequence charsIgnoringCase(String name) {
        Listed last = last(name::equalsIgnoreCase);
        return last == null ? null : HeaderText.decode(last.value().getBytes(UTF_8));
    }

    @Override
    public boolean hasAnyIgnoringCase(String prefix) {
        return last(name -> name.toLowerCase(Locale.ROOT).startsWith(prefix.toLowerCase(Locale.ROOT))) != null;
    }

    @Override
    public int size(String name) {
        Listed last = last(name::equals);
        return last == null ? 0 : last.value().getBytes(UTF_8).length;
    }

    @Override
    public void put(String name, CharSequence value) {
        remove(name);
        headers.add(new Listed(name, value.toString()));
    }

    @Override
    public void putAscii(String name, byte[] ascii) {
        put(name, new String(ascii, UTF_8));
    }

    @Override
    public void remove(String name) {
        headers.removeIf(header -> header.name().equals(name));
    }

    @Override
    public void removeAll(String prefix) {
        headers.removeIf(header -> header.name().startsWith(prefix));
    }

    private @Nullable Listed last(Predicate<String> name) {
        Listed last = null;
        for (Listed header : headers) {
            last = name.test(header.name()) ? header : last;
        }
        return last;
    }
}
