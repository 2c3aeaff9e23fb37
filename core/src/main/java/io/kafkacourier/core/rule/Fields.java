/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonPath;
import io.kafkacourier.core.json.JsonValue;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The values of the sources of some expressions in the current record, read on first use. A body is read only if a
 * value inside it is needed, then only once, and only as far as needed. Not safe for use by several threads.
 */
final class Fields {

    /** By slot. */
    private final Source[] sources;
    /** By slot: values from outside the bodies. */
    private final JsonValue[] values;
    /** By slot, whether {@link #values} has it. */
    private final boolean[] read;
    /** By slot: the path in its body. */
    private final int[] paths;

    private final Body key;
    private final Body value;
    private boolean keyBegun;
    private boolean valueBegun;
    private @Nullable RecordView record;

    Fields(Sources all) {
        sources = all.list().toArray(new Source[0]);
        values = new JsonValue[sources.length];
        Arrays.setAll(values, slot -> new JsonValue());
        read = new boolean[sources.length];
        paths = new int[sources.length];
        List<JsonPath> inKey = new ArrayList<>();
        List<JsonPath> inValue = new ArrayList<>();
        for (int slot = 0; slot < sources.length; slot++) {
            if (sources[slot] instanceof Source.InKey source) {
                paths[slot] = inKey.size();
                inKey.add(source.path());
            } else if (sources[slot] instanceof Source.InValue source) {
                paths[slot] = inValue.size();
                inValue.add(source.path());
            }
        }
        key = new Body(inKey);
        value = new Body(inValue);
    }

    /** Starts another record, without reading it yet. */
    void begin(RecordView next) {
        record = next;
        keyBegun = false;
        valueBegun = false;
        Arrays.fill(read, false);
    }

    /** Whether a slot's source is inside the value of a tombstone. */
    boolean isInTombstone(int slot) {
        return sources[slot] instanceof Source.InValue && value().isMissing();
    }

    /**
     * The value of a slot's source.
     *
     * @throws JsonException if it is inside a body that is not JSON, as far as it must be read
     */
    JsonValue get(int slot) throws JsonException {
        Source source = sources[slot];
        if (source instanceof Source.InValue) {
            return value().value(paths[slot]);
        } else if (source instanceof Source.InKey) {
            return key().value(paths[slot]);
        } else if (!read[slot]) {
            readOutside(source, values[slot]);
            read[slot] = true;
        }
        return values[slot];
    }

    private Body key() {
        if (!keyBegun) {
            key.begin(record().key());
            keyBegun = true;
        }
        return key;
    }

    private Body value() {
        if (!valueBegun) {
            value.begin(record().value());
            valueBegun = true;
        }
        return value;
    }

    private void readOutside(Source source, JsonValue into) {
        if (source instanceof Source.Header header) {
            setHeader(into, record().header(header.name()));
        } else {
            switch ((Source.Attribute) source) {
                case TOPIC -> into.setText(record().topic());
                case PARTITION -> setNumber(into, record().partition());
                case TIMESTAMP -> setNumber(into, record().timestamp());
                case KEY -> setKey(into, record().key());
            }
        }
    }

    /** A header that cannot be read exists, but has no value. */
    private static void setHeader(JsonValue into, @Nullable String text) {
        if (text == null) {
            into.setAbsent();
        } else if (text.isEmpty()) {
            into.setNull();
        } else {
            into.setUntyped(text);
        }
    }

    private static void setNumber(JsonValue into, @Nullable Number number) {
        if (number == null) {
            into.setAbsent();
        } else {
            into.setNumber(number.toString());
        }
    }

    private static void setKey(JsonValue into, @Nullable Object key) {
        if (key == null) {
            into.setAbsent();
        } else if (key instanceof byte[] bytes) {
            into.setUntyped(new String(bytes, UTF_8));
        } else if (key instanceof ByteBuffer buffer) {
            into.setUntyped(UTF_8.decode(buffer.duplicate()).toString());
        } else if (key instanceof String text) {
            into.setUntyped(text);
        } else if (key instanceof Number number) {
            into.setUntyped(ObjectPaths.text(number));
        } else if (key instanceof Boolean bool) {
            into.setUntyped(bool.toString());
        } else {
            into.setContainer();
        }
    }

    private RecordView record() {
        if (record == null) {
            throw new IllegalStateException("there is no record at hand");
        }
        return record;
    }
}
