/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static java.time.ZoneOffset.UTC;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One index per day in UTC: {@code <prefix>-yyyy.MM.dd}. The day is that of the document and not of the wall clock, so that a
 * redelivered document goes to the same index. If a document is dated more than a day ahead, or before the retention, the
 * record's timestamp decides instead: the document must not create an index that nothing will ever delete, or one that is due
 * for deletion. Not safe for use by several threads.
 */
public final class DailyIndices implements IndexNames {

    private static final DateTimeFormatter DAY =
            DateTimeFormatter.ofPattern("uuuu.MM.dd").withResolverStyle(ResolverStyle.STRICT);
    /** The years that the pattern of the managed template covers. */
    private static final Instant FIRST = Instant.parse("2000-01-01T00:00:00Z");

    private static final Instant END = Instant.parse("3000-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofDays(1);
    private static final int MAX_NAMES = 128;

    private final String prefix;
    private final @Nullable Duration retention;
    private final Clock clock;
    private final Map<Long, String> names = new HashMap<>();

    /** @param retention null if indices are kept forever */
    DailyIndices(String prefix, @Nullable Duration retention, Clock clock) {
        this.prefix = prefix;
        this.retention = retention;
        this.clock = clock;
    }

    @Override
    public @Nullable String nameFor(@Nullable Instant stamp, @Nullable Long recordTimestamp) {
        if (stamp != null && isCredible(stamp)) {
            return name(stamp);
        } else if (recordTimestamp != null) {
            Instant timestamp = Instant.ofEpochMilli(recordTimestamp);
            return isCovered(timestamp) ? name(timestamp) : null;
        }
        return null;
    }

    /** The day of an index with this prefix; empty for a name that is not exactly the prefix, a hyphen and a date. */
    public static Optional<LocalDate> dayOf(String prefix, String index) {
        if (!index.startsWith(prefix + "-")) {
            return Optional.empty();
        }
        try {
            return Optional.of(LocalDate.parse(index.substring(prefix.length() + 1), DAY));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }

    private boolean isCredible(Instant stamp) {
        Instant now = clock.instant();
        return isCovered(stamp)
                && !stamp.isAfter(now.plus(AHEAD))
                && (retention == null || !stamp.isBefore(now.minus(retention)));
    }

    private static boolean isCovered(Instant time) {
        return !time.isBefore(FIRST) && time.isBefore(END);
    }

    private String name(Instant time) {
        long day = Math.floorDiv(time.getEpochSecond(), Duration.ofDays(1).toSeconds());
        if (names.size() > MAX_NAMES) {
            names.clear();
        }
        return names.computeIfAbsent(
                day, d -> prefix + "-" + DAY.format(LocalDate.ofEpochDay(d).atStartOfDay(UTC)));
    }
}
