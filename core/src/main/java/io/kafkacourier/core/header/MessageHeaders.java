/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.header;

import org.jspecify.annotations.Nullable;

/**
 * The headers of one record as text, whichever collection holds them. Not safe for use by several threads.
 *
 * @see KafkaMessageHeaders
 * @see ConnectMessageHeaders
 */
public interface MessageHeaders {

    /**
     * The text of the last header of that name, without outer spaces and tabs.
     *
     * @return null where there is no such header; empty where there is one that cannot be read (empty, not UTF-8, null)
     */
    @Nullable
    String text(String name);

    /** Sets a header, in place of every earlier one of that name. */
    void put(String name, String value);

    /** Removes every header of that name. */
    void remove(String name);

    /** Removes every header whose name begins with {@code prefix}. */
    void removeAll(String prefix);
}
