/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Rfc3339Test {

    private static final DateTimeFormatter REFERENCE =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    @ParameterizedTest
    @CsvSource({
        "0, 1970-01-01T00:00:00.000Z",
        "1700000000123, 2023-11-14T22:13:20.123Z",
        "1709251199999, 2024-02-29T23:59:59.999Z",
        "253402300799999, 9999-12-31T23:59:59.999Z"
    })
    void writesTheTimeInUtcWithMilliseconds(long epochMs, String text) {
        assertThat(written(epochMs)).isEqualTo(text);
    }

    @Property
    void writesTheSameAsTheJdk(@ForAll @LongRange(min = 0, max = 253_402_300_799_999L) long epochMs) {
        assertThat(written(epochMs)).isEqualTo(REFERENCE.format(Instant.ofEpochMilli(epochMs)));
    }

    private static String written(long epochMs) {
        byte[] text = new byte[Rfc3339.LENGTH];
        Rfc3339.write(epochMs, text, 0);
        return new String(text, US_ASCII);
    }
}
