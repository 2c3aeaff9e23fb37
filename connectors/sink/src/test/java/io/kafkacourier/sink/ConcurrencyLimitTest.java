/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {

    @Test
    void halvesRequestsOnOverloadAndRecoversOneByOne() {
        ConcurrencyLimit concurrency = new ConcurrencyLimit(5);
        assertThat(concurrency.permitted()).isEqualTo(5);
        concurrency.overloaded();
        assertThat(concurrency.permitted()).isEqualTo(2);
        concurrency.overloaded();
        concurrency.overloaded();
        assertThat(concurrency.permitted()).isEqualTo(1);
        for (int i = 0; i < 9; i++) {
            concurrency.succeeded();
        }
        assertThat(concurrency.permitted()).isEqualTo(5);
    }
}
