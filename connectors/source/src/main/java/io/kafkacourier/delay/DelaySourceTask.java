/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.ScheduledSourceTask;
import java.util.Map;

/** A task of {@link DelaySourceConnector}. */
public final class DelaySourceTask extends ScheduledSourceTask<DelaySourceConfig> {

    @Override
    protected DelaySourceConfig read(Map<String, String> properties) {
        return new DelaySourceConfig(properties);
    }
}
