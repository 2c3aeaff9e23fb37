/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.jspecify.annotations.Nullable;

/** The content of a record to send, independent of its topic, with smaller forms that can replace it if it is too large. */
public final class Draft {

    private final byte @Nullable [] key;
    private final byte @Nullable [] value;
    private final ConnectHeaders headers;
    private final List<Supplier<Draft>> smaller;

    private Draft(
            byte @Nullable [] key, byte @Nullable [] value, ConnectHeaders headers, List<Supplier<Draft>> smaller) {
        this.key = key;
        this.value = value;
        this.headers = headers;
        this.smaller = smaller;
    }

    /** A draft without a smaller form. */
    public static Draft of(byte @Nullable [] key, byte @Nullable [] value, ConnectHeaders headers) {
        return new Draft(key, value, headers, List.of());
    }

    /**
     * The same draft with a further form.
     *
     * @param form smaller than all forms so far; made only if it is needed
     */
    public Draft or(Supplier<Draft> form) {
        List<Supplier<Draft>> more = new ArrayList<>(smaller);
        more.add(form);
        return new Draft(key, value, headers, more);
    }

    /** The same draft with one more header in all its forms; this one has it too from then on. */
    public Draft with(String header, String value) {
        // a smaller form may have been made from headers that already contain it
        headers.remove(header);
        OutgoingHeaders.add(headers, header, value);
        if (smaller.isEmpty()) {
            return this;
        }
        return new Draft(
                key,
                this.value,
                headers,
                smaller.stream()
                        .<Supplier<Draft>>map(form -> () -> form.get().with(header, value))
                        .toList());
    }

    /** Its key; null if it has none. */
    public byte @Nullable [] key() {
        return key;
    }

    /** Its value; null if it has none. */
    public byte @Nullable [] value() {
        return value;
    }

    /** Its own copy of the headers. */
    public ConnectHeaders headers() {
        return headers;
    }

    /** The next smaller form; null if there is none. */
    @Nullable
    public Draft smaller() {
        if (smaller.isEmpty()) {
            return null;
        }
        Draft next = smaller.get(0).get();
        return new Draft(next.key, next.value, next.headers, smaller.subList(1, smaller.size()));
    }
}
