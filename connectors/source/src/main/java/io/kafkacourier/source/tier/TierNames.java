/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.tier;

import java.util.OptionalLong;

/**
 * The names of a connector's tier topics: exactly a prefix, the seconds that messages stay, and {@code s}.
 *
 * @param prefix the beginning of the names, legal in the name of a topic
 */
public record TierNames(String prefix) {

    private static final int MAX_DIGITS = 9;

    /** The end of the default prefix, after the connector's name. */
    private static final String DEFAULT_INFIX = ".delay.";

    /**
     * The names of a connector's tiers.
     *
     * @param prefix as configured; empty for the connector's name and {@value #DEFAULT_INFIX}
     */
    public static TierNames of(String prefix, String connector) {
        return new TierNames(prefix.isEmpty() ? connector + DEFAULT_INFIX : prefix);
    }

    /** The topic of a tier. */
    public String topic(long seconds) {
        return prefix + seconds + "s";
    }

    /** Whether a topic is one of these tiers, of the current ladder or of an earlier one. */
    public boolean isTier(String topic) {
        return topic.startsWith(prefix) && isSeconds(topic, prefix.length());
    }

    /** The seconds in the name of a tier; 0 if the topic is not a tier, or if no stay can be that long. */
    public long seconds(String topic) {
        int digits = topic.length() - prefix.length() - 1;
        return isTier(topic) && digits <= MAX_DIGITS
                ? Long.parseLong(topic.substring(prefix.length(), topic.length() - 1))
                : 0;
    }

    /** Whether a topic is named like a tier of any connector that has the default prefix. */
    public static boolean isNamedLikeTier(String topic) {
        int infix = topic.lastIndexOf(DEFAULT_INFIX);
        return infix > 0 && isSeconds(topic, infix + DEFAULT_INFIX.length());
    }

    /** The seconds in the name of a tier of any connector; empty if the topic is not named like one. */
    public static OptionalLong secondsAtEnd(String topic) {
        int from = topic.length() - 1;
        while (from > 0 && topic.length() - from <= MAX_DIGITS && isSeconds(topic, from - 1)) {
            from--;
        }
        return isSeconds(topic, from)
                ? OptionalLong.of(Long.parseLong(topic.substring(from, topic.length() - 1)))
                : OptionalLong.empty();
    }

    private static boolean isSeconds(String topic, int from) {
        int last = topic.length() - 1;
        if (from >= last || topic.charAt(last) != 's') {
            return false;
        }
        for (int i = from; i < last; i++) {
            if (topic.charAt(i) < '0' || topic.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
