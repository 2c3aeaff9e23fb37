/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import io.kafkacourier.source.ScheduledSourceConnector;
import io.kafkacourier.source.ScheduledWork;
import io.kafkacourier.source.SourceType;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Delivers each message of its input topics to its target topic when it is due, and not before. It does so exactly once if
 * the worker has {@code exactly.once.source.support=enabled}, otherwise at least once. See {@link DelaySourceConfig} for
 * its keys, {@link DelayPolicy} for when a message is due, and {@link DelayedMessage} for where it goes.
 */
public final class DelaySourceConnector extends ScheduledSourceConnector {

    static final SourceType TYPE = new SourceType(
            DelaySourceChecks::checked,
            DelaySourceConfig::read,
            (partition, offset) -> ScheduledWork.checkOffset(DelaySettings::parse, partition, offset),
            ScheduledWork::begin);

    /** Used by Connect. */
    public DelaySourceConnector() {
        this(Admin::create);
    }

    /** @param admins creates an admin client from its properties */
    DelaySourceConnector(Function<Map<String, Object>, Admin> admins) {
        super(properties -> TYPE, admins);
    }

    @Override
    public ConfigDef config() {
        return DelaySourceConfig.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return DelaySourceTask.class;
    }
}
