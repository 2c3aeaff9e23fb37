/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/**
 * Caches rendered topic names that passed the check, so that a repeated name is neither checked nor turned into a
 * String again. The size is limited, because names are foreign data and must not use up memory. Each name has two
 * possible places; a new name replaces the less recently used one. Not safe for use by several threads.
 */
final class TopicCache {

    private static final @Nullable String[] NONE = {};

    private final int size;
    /** Empty until the first name is kept, because many routers never render a name. */
    private @Nullable String[] names = NONE;

    /**
     * Creates an empty cache.
     *
     * @param size the largest number of names, rounded up to an even number; 0 for none
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
