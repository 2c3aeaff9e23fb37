/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Failed messages are retried, dead-lettered and redriven, exactly once whatever is killed. */
class RetryIT {

    private static Cluster cluster;

    @BeforeAll
    static void start() {
        cluster = Cluster.start("retry-it");
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    @Test
    void eachFailureIsOneRetryOrOneDeadLetterAlthoughWorkerAndBrokerAreKilled() {
        retry(new RetryTrial.Size(2_000, 1));
    }

    @Test
    void aRedriveGrantsTheAttemptsInItsHeaderWhateverTheRetryConnectorAllows() {
        new RedriveGrantTrial(cluster).run(1, 3);
    }

    @Test
    @Tag("soak")
    void eachOfTwentyThousandFailuresIsOneRetryOrOneDeadLetterWhateverIsKilled() {
        retry(new RetryTrial.Size(20_000, 10));
    }

    @Test
    @Tag("soak")
    void thirtyThousandDeadLettersAreRedrivenAlthoughTheWorkerIsKilled() {
        new RedriveTrial(cluster, new RedriveTrial.Size(30_000, 500)).run();
    }

    private static void retry(RetryTrial.Size size) {
        RetryTrial trial = new RetryTrial(cluster, size);
        trial.run();

        trial.assertEachCameOnce();
    }
}
