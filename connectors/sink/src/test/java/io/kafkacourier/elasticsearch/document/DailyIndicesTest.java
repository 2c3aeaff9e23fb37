/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.document;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DailyIndicesTest {

    private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
    private static final long RECORD = Instant.parse("2026-11-20T00:00:00Z").toEpochMilli();

    private final DailyIndices indices = indices(Duration.ofDays(7));

    @ParameterizedTest
    @CsvSource({
        "2026-11-22T00:00:00Z,           traces-2026.11.22",
        "2026-11-21T23:59:59.999999999Z, traces-2026.11.21",
        // a day ahead, and a nanosecond more
        "2026-11-23T12:00:00Z,           traces-2026.11.23",
        "2026-11-23T12:00:00.000000001Z, traces-2026.11.20",
        // seven days ago, and a nanosecond more
        "2026-11-15T12:00:00Z,           traces-2026.11.15",
        "2026-11-15T11:59:59.999999999Z, traces-2026.11.20",
        "1970-01-01T00:00:00Z,           traces-2026.11.20",
        "9999-12-31T23:59:59Z,           traces-2026.11.20"
    })
    void goesByTheDocumentWhereItsDateIsCredibleElseByTheRecord(String stamp, String index) {
        assertThat(indices.nameFor(Instant.parse(stamp), RECORD)).isEqualTo(index);
    }

    @Test
    void goesByTheRecordWhereTheDocumentHasNoDate() {
        assertThat(indices.nameFor(null, RECORD)).isEqualTo("traces-2026.11.20");
    }

    @Test
    void takesARecordsDateHoweverOldItIs() {
        assertThat(indices.nameFor(null, Instant.parse("2001-02-03T00:00:00Z").toEpochMilli()))
                .isEqualTo("traces-2001.02.03");
    }

    @Test
    void hasNoIndexWithoutAUsableTime() {
        assertThat(indices.nameFor(null, null)).isNull();
        assertThat(indices.nameFor(Instant.EPOCH, null)).isNull();
        assertThat(indices.nameFor(null, 0L)).isNull();
        assertThat(indices.nameFor(null, Long.MAX_VALUE)).isNull();
    }

    @Test
    void findsNoDateTooOldWithoutRetention() {
        assertThat(indices(null).nameFor(Instant.parse("2000-01-01T00:00:00Z"), RECORD))
                .isEqualTo("traces-2000.01.01");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "traces-2026.11.22-x",
                "traces-eu-2026.11.22",
                "traces-2026.11.31",
                "traces-2026.1.2",
                "traces2026.11.22",
                "traces-",
                "other-2026.11.22",
                "xtraces-2026.11.22"
            })
    void readsNoDayFromOtherNames(String index) {
        assertThat(DailyIndices.dayOf("traces", index)).isEmpty();
    }

    @Test
    void readsTheDayOfItsOwnNames() {
        assertThat(DailyIndices.dayOf("traces", "traces-2026.02.28")).hasValue(LocalDate.of(2026, 2, 28));
    }

    private static DailyIndices indices(@Nullable Duration retention) {
        return new DailyIndices("traces", retention, Clock.fixed(NOW, ZoneOffset.UTC));
    }
}
