/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class LimitTest {

    @Test
    void isTheHorizonOrThatOfAKey() {
        assertThat(Limit.ofHorizon(100).isHorizon()).isTrue();
        assertThat(new Limit("delay.max", 100).isHorizon()).isFalse();
    }
}
