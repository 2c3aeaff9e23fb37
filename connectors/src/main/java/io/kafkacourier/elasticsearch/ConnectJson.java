/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Maps and Structs as JSON objects: fields that hold null are left out, bytes are base64, dates RFC 3339, decimals plain
 * numbers. Immutable; safe for use by several threads.
 */
final class ConnectJson {

    private static final int MAX_DEPTH = 1000;

    private final JsonFactory json = new JsonFactory();

    /**
     * The JSON of a Map or a Struct, in UTF-8.
     *
     * @throws DataException where it holds what JSON has no form for, or nests deeper than 1,000
     */
    byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.enable(JsonGenerator.Feature.WRITE_BIGDECIMAL_AS_PLAIN);
            write(value, generator, 0);
        } catch (IOException e) {
            // The cause may quote the value.
            throw new DataException("the value cannot be written as JSON");
        }
        return out.toByteArray();
    }

    private void write(@Nullable Object value, JsonGenerator out, int depth) throws IOException {
        if (depth > MAX_DEPTH) {
            throw new DataException("the value nests deeper than " + MAX_DEPTH);
        } else if (value instanceof Struct struct) {
            out.writeStartObject();
            for (Field field : struct.schema().fields()) {
                writeField(field.name(), struct.get(field), out, depth);
            }
            out.writeEndObject();
        } else if (value instanceof Map<?, ?> map) {
            out.writeStartObject();
            for (Map.Entry<?, ?> entry : map.entrySet()) {
                writeField(String.valueOf(entry.getKey()), entry.getValue(), out, depth);
            }
            out.writeEndObject();
        } else if (value instanceof Collection<?> elements) {
            out.writeStartArray();
            for (Object element : elements) {
                write(element, out, depth + 1);
            }
            out.writeEndArray();
        } else {
            writeScalar(value, out);
        }
    }

    private void writeField(String name, @Nullable Object value, JsonGenerator out, int depth) throws IOException {
        if (value != null) {
            out.writeFieldName(name);
            write(value, out, depth + 1);
        }
    }

    private static void writeScalar(@Nullable Object value, JsonGenerator out) throws IOException {
        if (value == null) {
            out.writeNull();
        } else if (value instanceof String text) {
            out.writeString(text);
        } else if (value instanceof Boolean flag) {
            out.writeBoolean(flag);
        } else if (value instanceof Double number && !Double.isFinite(number)) {
            throw new DataException("the value holds a number that is not finite");
        } else if (value instanceof Float number && !Float.isFinite(number)) {
            throw new DataException("the value holds a number that is not finite");
        } else if (value instanceof Double number) {
            out.writeNumber(number);
        } else if (value instanceof Float number) {
            out.writeNumber(number);
        } else if (value instanceof BigDecimal number) {
            out.writeNumber(number);
        } else if (value instanceof Number number) {
            out.writeNumber(number.longValue());
        } else if (value instanceof byte[] bytes) {
            out.writeBinary(bytes);
        } else if (value instanceof ByteBuffer buffer) {
            byte[] bytes = new byte[buffer.remaining()];
            buffer.duplicate().get(bytes);
            out.writeBinary(bytes);
        } else if (value instanceof Date date) {
            out.writeString(date.toInstant().toString());
        } else {
            throw new DataException("the value holds a " + value.getClass().getName());
        }
    }
}
