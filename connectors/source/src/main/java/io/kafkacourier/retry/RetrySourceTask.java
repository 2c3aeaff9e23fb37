/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.source.ScheduledSourceTask;

/** A task of {@link RetrySourceConnector}. */
public final class RetrySourceTask extends ScheduledSourceTask {

    /** Used by Connect. */
    public RetrySourceTask() {
        super(RetrySourceConnector::type);
    }
}
