/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

import org.jspecify.annotations.Nullable;

/**
 * The headers of one record as text, whichever collection holds them. Not safe for use by several threads.
 */
public interface MessageHeaders {

    /**
     * The text of the last header of that name, without outer spaces and tabs.
     *
     * @return null where there is no such header; empty where there is one that cannot be read (empty, not UTF-8, null)
     */
    @Nullable
    String text(String name);

    /**
     * As {@link #text}, for who reads the text at once: it may be a view of the header's bytes, to be read as long as the
     * header is not changed, and compared by its content alone.
     */
    @Nullable
    CharSequence chars(String name);

    /** As {@link #chars}, of the last header whose name is the given one in any mix of upper and lower case. */
    @Nullable
    CharSequence charsIgnoringCase(String name);

    /** Whether the name of any header begins with {@code prefix} in any mix of upper and lower case. */
    boolean hasAnyIgnoringCase(String prefix);

    /** How many bytes the last header of that name has on the wire; 0 where there is none. */
    int size(String name);

    /** Sets a header, in place of every earlier one of that name. */
    void put(String name, CharSequence value);

    /** As {@link #put}, with text that is ASCII; the array is the header's from now on and must not be changed. */
    void putAscii(String name, byte[] ascii);

    /** Removes every header of that name. */
    void remove(String name);

    /** Removes every header whose name begins with {@code prefix}. */
    void removeAll(String prefix);
}
