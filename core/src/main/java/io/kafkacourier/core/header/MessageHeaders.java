/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

import org.jspecify.annotations.Nullable;

/** The headers of one record as text, in any collection. Not safe for use by several threads. */
public interface MessageHeaders {

    /**
     * The text of the last header of that name, without outer spaces and tabs.
     *
     * @return null if there is no such header; empty if it cannot be read (empty, not UTF-8, null)
     */
    @Nullable
    String text(String name);

    /**
     * Like {@link #text}, for callers that use the text at once. It can be a view of the header's bytes, which is valid
     * until the header changes, and must be compared by its content.
     */
    @Nullable
    CharSequence chars(String name);

    /** Like {@link #chars}, of the last header with the given name, ignoring case. */
    @Nullable
    CharSequence charsIgnoringCase(String name);

    /** Whether the name of any header begins with {@code prefix}, ignoring case. */
    boolean hasAnyIgnoringCase(String prefix);

    /** How many bytes the last header of that name has on the wire; 0 if there is none. */
    int size(String name);

    /** Sets a header, which replaces all earlier headers of that name. */
    void put(String name, CharSequence value);

    /** Like {@link #put}, with ASCII text. The array now belongs to the header and must not be changed. */
    void putAscii(String name, byte[] ascii);

    /** Removes every header of that name. */
    void remove(String name);

    /** Removes every header whose name begins with {@code prefix}. */
    void removeAll(String prefix);
}
