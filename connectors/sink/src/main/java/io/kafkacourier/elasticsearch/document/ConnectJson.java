/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.temporal.TemporalAccessor;
import java.util.Collection;
import java.util.Date;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * Writes Maps and Structs as JSON objects. Null fields are left out, whatever their default is. Bytes become base64, numbers
 * keep their value, and times are written as ISO 8601. Immutable; safe for use by several threads.
 */
final class ConnectJson {

    /** The size limit of an object: the largest request that Elasticsearch accepts by default. */
    static final int MAX_BYTES = 100 * 1024 * 1024;

    private static final int MAX_DEPTH = 1000;
    /** More digits than Elasticsearch reads. */
    private static final int MAX_DIGITS = 1000;
    /** The bits of the largest number with that many digits. */
    private static final int MAX_BITS = BigInteger.TEN.pow(MAX_DIGITS).bitLength();

    private final JsonFactory json = new JsonFactory();

    /**
     * The JSON of a Map or a Struct, in UTF-8.
     *
     * @throws DataException if it holds a value that JSON has no form for, nests deeper than 1,000, or takes more than {@link
     *     #MAX_BYTES}; the message never contains a value
     */
    byte[] write(Object value) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
        try (JsonGenerator generator = json.createGenerator(out)) {
            generator.disable(JsonGenerator.Feature.AUTO_CLOSE_JSON_CONTENT);
            new Writing(generator, out).write(value, 0);
        } catch (DataException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            // The cause may quote the value. A value's own methods may throw anything.
            throw new DataException(
                    "the value cannot be written as JSON: " + e.getClass().getSimpleName());
        }
        return out.toByteArray();
    }

    /** One object on its way to JSON. */
    private record Writing(JsonGenerator json, ByteArrayOutputStream out) {

        void write(@Nullable Object value, int depth) throws IOException {
            boolean holdsOthers = value instanceof Struct || value instanceof Map || value instanceof Collection;
            if (holdsOthers && depth == MAX_DEPTH) {
                throw new DataException("the value nests deeper than " + MAX_DEPTH);
            } else if (out.size() > MAX_BYTES) {
                // This also ends a small value that contains the same object again and again.
                throw new DataException("the value takes more than " + MAX_BYTES + " bytes as JSON");
            } else if (value instanceof Struct struct) {
                json.writeStartObject();
                for (Field field : struct.schema().fields()) {
                    writeField(field.name(), struct.getWithoutDefault(field.name()), depth);
                }
                json.writeEndObject();
            } else if (value instanceof Map<?, ?> map) {
                json.writeStartObject();
                for (Map.Entry<?, ?> entry : map.entrySet()) {
                    writeField(name(entry.getKey()), entry.getValue(), depth);
                }
                json.writeEndObject();
            } else if (value instanceof Collection<?> elements) {
                json.writeStartArray();
                for (Object element : elements) {
                    write(element, depth + 1);
                }
                json.writeEndArray();
            } else {
                writeScalar(value);
            }
        }

        private void writeField(String name, @Nullable Object value, int depth) throws IOException {
            if (value != null) {
                json.writeFieldName(unicode(name));
                write(value, depth + 1);
            }
        }

        private void writeScalar(@Nullable Object value) throws IOException {
            if (value == null) {
                json.writeNull();
            } else if (value instanceof Boolean flag) {
                json.writeBoolean(flag);
            } else if (value instanceof Number number) {
                writeNumber(number);
            } else if (value instanceof byte[] bytes) {
                json.writeBinary(bytes);
            } else if (value instanceof ByteBuffer buffer) {
                byte[] bytes = new byte[buffer.remaining()];
                buffer.duplicate().get(bytes);
                json.writeBinary(bytes);
            } else {
                json.writeString(unicode(text(value)));
            }
        }

        private void writeNumber(Number number) throws IOException {
            if (number instanceof Byte
                    || number instanceof Short
                    || number instanceof Integer
                    || number instanceof Long
                    || number instanceof AtomicInteger
                    || number instanceof AtomicLong) {
                json.writeNumber(number.longValue());
            } else if (number instanceof Double || number instanceof Float) {
                if (!Double.isFinite(number.doubleValue())) {
                    throw new DataException("the value holds a number that is not finite");
                }
                json.writeNumber(number.toString());
            } else if (number instanceof BigInteger integer) {
                requireDigits(integer);
                json.writeNumber(integer);
            } else if (number instanceof BigDecimal decimal) {
                requireDigits(decimal.unscaledValue());
                boolean plain = Math.abs((long) decimal.scale()) + decimal.precision() <= MAX_DIGITS;
                json.writeNumber(plain ? decimal.toPlainString() : decimal.toString());
            } else {
                throw unknown(number);
            }
        }
    }

    /** The name of the member for a key of a Map. */
    private static String name(@Nullable Object key) {
        if (key instanceof Number || key instanceof Boolean) {
            return key.toString();
        } else if (key == null) {
            throw new DataException("the value holds a map with a null key");
        }
        return text(key);
    }

    private static String text(Object value) {
        if (value instanceof CharSequence || value instanceof Character || value instanceof UUID) {
            return value.toString();
        } else if (value instanceof Enum<?> constant) {
            return constant.name();
        } else if (value instanceof Date date) {
            return instant(date).toString();
        } else if (value instanceof ZonedDateTime time) {
            // The name of a zone is not part of ISO 8601.
            return time.toOffsetDateTime().toString();
        } else if (value instanceof TemporalAccessor time
                && time.getClass().getName().startsWith("java.time.")) {
            return time.toString();
        }
        throw unknown(value);
    }

    /** Without {@code toInstant()}, which the dates and times of java.sql do not support. */
    @SuppressWarnings("JavaUtilDate")
    private static Instant instant(Date date) {
        return Instant.ofEpochMilli(date.getTime());
    }

    private static String unicode(String text) {
        if (UnicodeText.loneSurrogate(text) >= 0) {
            throw new DataException("the value holds text that is not Unicode");
        }
        return text;
    }

    private static void requireDigits(BigInteger number) {
        if (number.bitLength() > MAX_BITS) {
            throw new DataException("the value holds a number of more than " + MAX_DIGITS + " digits");
        }
    }

    private static DataException unknown(Object value) {
        return new DataException("the value holds a " + value.getClass().getTypeName());
    }
}
