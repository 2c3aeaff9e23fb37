/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.json.JsonException;
import io.kafkacourier.core.json.JsonPath;
import io.kafkacourier.core.json.JsonScan;
import io.kafkacourier.core.json.JsonValue;
import io.kafkacourier.core.json.SchemaFrame;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads some paths of the key or value of the current record, which is raw JSON or objects. */
final class Body {

    private final List<JsonPath> paths;
    private final JsonScan scan;
    /** By path, if the body is not raw JSON. */
    private final JsonValue[] values;

    private boolean raw;
    private @Nullable Object content;

    Body(List<JsonPath> paths) {
        this.paths = List.copyOf(paths);
        this.scan = new JsonScan(paths);
        this.values = new JsonValue[paths.size()];
        Arrays.setAll(values, slot -> new JsonValue());
    }

    /** Starts another body, without reading it yet. */
    void begin(@Nullable Object body) {
        content = body;
        raw = true;
        if (body instanceof byte[] bytes) {
            begin(bytes, 0, bytes.length);
        } else if (body instanceof ByteBuffer buffer) {
            begin(buffer);
        } else if (body instanceof String text) {
            byte[] bytes = text.substring(SchemaFrame.jsonStart(text)).getBytes(UTF_8);
            scan.begin(bytes, 0, bytes.length);
        } else {
            raw = false;
        }
    }

    /** JSON after the frame of a schema registry's serializer is read like plain JSON. */
    private void begin(byte[] bytes, int from, int to) {
        scan.begin(bytes, SchemaFrame.jsonStart(bytes, from, to), to);
    }

    private void begin(ByteBuffer buffer) {
        if (buffer.hasArray()) {
            int from = buffer.arrayOffset() + buffer.position();
            begin(buffer.array(), from, from + buffer.remaining());
        } else {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            begin(bytes, 0, bytes.length);
        }
    }

    /** Whether there is no body at all: a tombstone, or a record without key. */
    boolean isMissing() {
        return content == null;
    }

    /**
     * The value at one of the paths.
     *
     * @throws JsonException if the body is raw and not JSON, as far as it must be read
     */
    JsonValue value(int path) throws JsonException {
        if (raw) {
            return scan.value(path);
        }
        JsonValue value = values[path];
        if (content == null) {
            value.setAbsent();
        } else {
            ObjectPaths.read(content, paths.get(path), value);
        }
        return value;
    }
}
