/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.ScheduledSourceTask;

/** A task of {@link DelaySourceConnector}. */
public final class DelaySourceTask extends ScheduledSourceTask {

    /** Used by Connect. */
    public DelaySourceTask() {
        super(properties -> DelaySourceConnector.TYPE);
    }
}
