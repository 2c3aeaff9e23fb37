/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class FailureLogTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final FailureLog log = new FailureLog(nanos::get);

    @Test
    void logsAtOnceAndThenOnceAMinute() {
        fail();
        assertThat(log.unsaid()).isZero();

        fail();
        nanos.addAndGet(Duration.ofSeconds(60).toNanos() - 1);
        fail();
        assertThat(log.unsaid()).isEqualTo(2);

        nanos.incrementAndGet();
        fail();
        assertThat(log.unsaid()).isZero();
    }

    private void fail() {
        log.failed("orders", new Decision.Failed(Reason.FIELD_MISSING, "vip"), "stays where it is");
    }
}
