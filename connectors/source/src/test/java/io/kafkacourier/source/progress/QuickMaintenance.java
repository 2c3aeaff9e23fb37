/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.progress;

import java.time.Clock;
import java.time.Duration;
import java.util.Map;

/** Maintenance without a cluster, a thousand rounds a second. */
public final class QuickMaintenance {

    private QuickMaintenance() {}

    /** Begins. */
    public static Maintenance start(Assignment assignment, CompletedOffsets completed, Map<String, String> topicIds) {
        FakeProgressAdmin cluster = new FakeProgressAdmin();
        cluster.topicIds.putAll(topicIds);
        return Maintenance.start(
                "quick", cluster, "courier-delay", assignment, completed, Clock.systemUTC(), Duration.ofMillis(1));
    }
}
