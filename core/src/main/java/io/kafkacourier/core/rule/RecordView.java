/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/** A record as rules see it, whoever holds it. Nothing is changed through it. */
public interface RecordView {

    String topic();

    /** The partition, or null where none is chosen yet. */
    @Nullable
    Integer partition();

    /** Epoch milliseconds, or null where there is none yet. */
    @Nullable
    Long timestamp();

    /**
     * The text of the last header of that name, as {@link io.kafkacourier.core.header.MessageHeaders#text} reads it.
     *
     * @return null where there is none, empty where it cannot be read
     */
    @Nullable
    String header(String name);

    /**
     * The key: {@code byte[]}, {@code ByteBuffer} or {@code String} (which hold text, and JSON where a path is asked
     * for), {@code Map}, {@link NamedFields}, {@code List}, {@code Number}, {@code Boolean}, or null.
     */
    @Nullable
    Object key();

    /**
     * The value: {@code byte[]}, {@code ByteBuffer} or {@code String} (which hold JSON), {@code Map}, {@link NamedFields}, {@code List},
     * {@code Number}, {@code Boolean}, or null for a tombstone. Strings inside maps and lists are text.
     */
    @Nullable
    Object value();
}
