/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.redrive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Set;
import java.util.stream.IntStream;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DeferredLettersTest {

    private static final TopicPartition ZERO = new TopicPartition("sink.dlq-1", 0);
    private static final TopicPartition TEN = new TopicPartition("sink.dlq-1", 10);

    private final DeferredLetters letters = new DeferredLetters();

    @Test
    void holdsTheFirstLetterOfEachTopicAndPartition() {
        letters.add("orders", ZERO, 5);
        letters.add("orders", ZERO, 9);
        letters.add("billing", TEN, 7);

        assertThat(letters.has("orders")).isTrue();
        assertThat(letters.has("orders", ZERO, 4)).isFalse();
        assertThat(letters.has("orders", ZERO, 5)).isTrue();
        assertThat(letters.has("orders", TEN, 5)).isFalse();
        assertThat(letters.first(ZERO, Set.of("orders", "billing"))).hasValue(5);
        assertThat(letters.first(TEN, Set.of("orders"))).isEmpty();
    }

    @Test
    void forgetsRecordsThatAreDone() {
        letters.add("orders", ZERO, 5);
        letters.add("orders", TEN, 5);
        letters.advance("orders", ZERO, 8);
        assertThat(letters.has("orders", ZERO, 7)).isFalse();
        letters.remove(ZERO);
        letters.remove(TEN);

        assertThat(letters.isEmpty()).isTrue();
    }

    @Test
    void isReadAsItWasWritten() {
        letters.add("orders-eu", ZERO, 5);
        letters.add("orders-eu", TEN, 0);
        letters.add("a.b_c", TEN, Long.MAX_VALUE);

        String text = letters.text();

        assertThat(text).isEqualTo("a.b_c:sink.dlq-1-10=9223372036854775807;orders-eu:sink.dlq-1-0=5,sink.dlq-1-10=0");
        assertThat(DeferredLetters.parse(text).text()).isEqualTo(text);
        assertThat(DeferredLetters.parse("").isEmpty()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a:", ":b-0=1", "a:b-0", "a:b=1", "a:b-0=", "a:b-0=1;", "a:b-x=1"})
    void refusesTextThatIsNotItsOwn(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> DeferredLetters.parse(text));
    }

    @Test
    void isBoundedByTopicsAndPartitionsAndNotByLetters() {
        IntStream.range(0, DeferredLetters.CAPACITY)
                .forEach(
                        number -> assertThat(letters.add("t" + number, ZERO, 1)).isTrue());

        assertThat(letters.add("t0", ZERO, 2)).isTrue();
        assertThat(letters.add("t0", TEN, 2)).isFalse();
        assertThat(letters.add("other", ZERO, 2)).isFalse();
        assertThat(letters.has("other")).isFalse();
    }
}
