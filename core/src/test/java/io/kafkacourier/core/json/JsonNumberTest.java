/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonNumberTest {

    @ParameterizedTest
    @CsvSource({
        "1000.0, 1000, 0",
        "1e3, 1000, 0",
        "10.00E+2, 1000, 0",
        "0.001e6, 1000, 0",
        "-0, 0, 0",
        "0.0e99, 0, 0",
        "007, 7, 0",
        "-1, 1, -1",
        "-2, -1, -1",
        "0.1, 0.01, 1",
        "9, 10, -1",
        "99999999999999999999, 99999999999999999998, 1",
        "1e99999999999999999999, 1e999, 1",
        "-1e99999999999999999999, 1e999, -1",
        "1e-99999999999999999999, 0, 1",
    })
    void comparesByValue(String a, String b, int order) {
        assertThat(Integer.signum(compare(a, b))).isEqualTo(order);
        assertThat(Integer.signum(compare(b, a))).isEqualTo(-order);
    }

    @Test
    void comparesAsBigDecimalDoes() {
        Random random = new Random(17);
        for (int i = 0; i < 200_000; i++) {
            String a = number(random);
            String b = random.nextInt(4) == 0 ? respelled(a, random) : number(random);

            assertThat(Integer.signum(compare(a, b)))
                    .as("%s and %s", a, b)
                    .isEqualTo(new BigDecimal(a).compareTo(new BigDecimal(b)));
        }
    }

    @Test
    void isEqualAndHasTheSameHashIfTheValueIsTheSame() {
        Random random = new Random(18);
        for (int i = 0; i < 20_000; i++) {
            String a = number(random);
            String b = respelled(a, random);

            assertThat(JsonNumber.of(b)).as("%s and %s", a, b).isEqualTo(JsonNumber.of(a));
            assertThat(JsonNumber.of(b)).as("%s and %s", a, b).hasSameHashCodeAs(JsonNumber.of(a));
        }
        assertThat(JsonNumber.of("1")).isNotEqualTo(JsonNumber.of("-1"));
    }

    @Test
    void comparesManyDigitsQuickly() {
        String digits = "1".repeat(1_000_000);

        assertThat(compare(digits + "2", digits + "1")).isPositive();
        assertThat(compare(digits, digits + "e0")).isZero();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "", "-", "+1", "1.", ".1", "1e", "1e+", "a", "1a", "1 ", " 1", "--1", "1.2.3", "1e2.5", "NaN", "٣"
            })
    void refusesTextThatIsNotANumber(String text) {
        assertThatThrownBy(() -> JsonNumber.of(text)).isInstanceOf(NumberFormatException.class);
    }

    private static int compare(String a, String b) {
        return JsonNumber.of(b).compareFrom(a.getBytes(ISO_8859_1), 0, a.length());
    }

    private static String number(Random random) {
        StringBuilder out = new StringBuilder(random.nextBoolean() ? "" : "-");
        digits(out, random);
        if (random.nextBoolean()) {
            digits(out.append('.'), random);
        }
        if (random.nextBoolean()) {
            out.append(random.nextBoolean() ? "e" : "E-").append(random.nextInt(6));
        }
        return out.toString();
    }

    private static void digits(StringBuilder out, Random random) {
        for (int i = random.nextInt(3); i >= 0; i--) {
            out.append("00159".charAt(random.nextInt(5)));
        }
    }

    /** Another written form of the same value. */
    private static String respelled(String number, Random random) {
        BigDecimal value = new BigDecimal(number);
        return switch (random.nextInt(3)) {
            case 0 -> value.toPlainString();
            case 1 -> value.setScale(value.scale() + random.nextInt(4)).toPlainString();
            default -> value.unscaledValue() + "e" + -value.scale();
        };
    }
}
