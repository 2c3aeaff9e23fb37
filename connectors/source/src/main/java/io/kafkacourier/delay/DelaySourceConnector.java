/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.Problems;
import io.kafkacourier.source.ScheduledSourceConnector;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Delivers each message of its input topics to the topic it is meant for when it is due, and not before: exactly once
 * where the worker has {@code exactly.once.source.support=enabled}, else at least once. See {@link DelaySourceConfig} for
 * its keys, {@link DelayPolicy} for when a message is due, and {@link DelayDispatch} for where it goes.
 */
public final class DelaySourceConnector extends ScheduledSourceConnector<DelaySourceConfig> {

    /** Used by Connect. */
    public DelaySourceConnector() {
        this(Admin::create);
    }

    /** @param admins makes an admin client of its properties */
    DelaySourceConnector(Function<Map<String, Object>, Admin> admins) {
        super(admins);
    }

    @Override
    public ConfigDef config() {
        return DelaySourceConfig.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DelaySourceTask.class;
    }

    @Override
    protected Problems problems(Map<String, String> properties) {
        return DelaySourceChecks.problems(properties);
    }

    @Override
    protected DelaySourceConfig read(Map<String, String> properties) {
        return new DelaySourceConfig(properties);
    }

    @Override
    protected void checkSettings(String settings) {
        DelaySettings.parse(settings);
    }
}
