/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/**
 * Topics that were rendered and found good, so that a name that comes again is neither checked nor made a String again.
 * Bounded: names come from outside and must not grow the memory. Each name has two places, of which the one used less
 * recently is given up for another name. Not safe for use by several threads.
 */
final class TopicCache {

    private static final @Nullable String[] NONE = {};

    private final int size;
    /** Empty until the first name is kept: many routers never render one. */
    private @Nullable String[] names = NONE;

    /**
     * Makes an empty cache.
     *
     * @param size how many names are kept at most, rounded up to an even number; 0 for none
     */
    TopicCache(int size) {
        this.size = size + size % 2;
    }

    /** The name that is equal to {@code rendered}, or null if it is not kept. */
    @Nullable
    String get(StringBuilder rendered) {
        if (names.length == 0) {
            return null;
        }
        int first = firstPlace(rendered);
        String recent = names[first];
        if (recent != null && recent.contentEquals(rendered)) {
            return recent;
        }
        String older = names[first + 1];
        if (older != null && older.contentEquals(rendered)) {
            names[first + 1] = recent;
            names[first] = older;
            return older;
        }
        return null;
    }

    /** Keeps a name that {@link #get} did not find. */
    void put(String name) {
        if (size > 0) {
            if (names.length == 0) {
                names = new String[size];
            }
            int first = firstPlace(name);
            names[first + 1] = names[first];
            names[first] = name;
        }
    }

    private int firstPlace(CharSequence name) {
        int hash = 0;
        for (int i = 0; i < name.length(); i++) {
            hash = 31 * hash + name.charAt(i);
        }
        return 2 * Math.floorMod(hash, names.length / 2);
    }
}
