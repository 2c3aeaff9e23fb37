/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/** A read-only record of any kind, for rules. */
public interface RecordView {

    String topic();

    /** The partition, or null if none is chosen yet. */
    @Nullable
    Integer partition();

    /** Epoch milliseconds, or null if none yet. */
    @Nullable
    Long timestamp();

    /**
     * The text of the last header of that name, as {@link io.kafkacourier.core.header.MessageHeaders#text} reads it.
     *
     * @return null if there is none, empty if it cannot be read
     */
    @Nullable
    String header(String name);

    /**
     * The key: {@code byte[]}, {@code ByteBuffer} or {@code String} (text, or JSON if a rule reads a path in it),
     * {@code Map}, {@link NamedFields}, {@code List}, {@code Number}, {@code Boolean}, or null.
     */
    @Nullable
    Object key();

    /**
     * The value: {@code byte[]}, {@code ByteBuffer} or {@code String} (JSON), {@code Map}, {@link NamedFields}, {@code
     * List}, {@code Number}, {@code Boolean}, or null for a tombstone. Strings inside these are text. Any other object
     * exists, but equals nothing.
     */
    @Nullable
    Object value();
}
