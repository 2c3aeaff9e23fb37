/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.redrive.RedriveConfig;
import io.kafkacourier.retry.config.RetryKeys;
import io.kafkacourier.source.ScheduledSourceConnector;
import io.kafkacourier.source.ScheduledWork;
import io.kafkacourier.source.SourceType;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Sends failed messages to be tried again when their back-off is over, or to the dead letter topic with the reason. In mode
 * redrive, sends dead letters back. It does so exactly once if the worker has {@code exactly.once.source.support=enabled},
 * otherwise at least once. See {@link RetryKeys} for its keys, {@link FailureReader} for how it reads failures,
 * {@link RetryRules} for its decisions, {@link StoryHeaders} for the headers that it writes, and {@link RedriveConfig} for the
 * redrive.
 */
public final class RetrySourceConnector extends ScheduledSourceConnector {

    private static final SourceType RETRY = new SourceType(
            RetrySourceChecks::checked,
            RetrySourceConfig::read,
            (partition, offset) -> ScheduledWork.checkOffset(RetrySettings::parse, partition, offset),
            ScheduledWork::begin);

    /** Used by Connect. */
    public RetrySourceConnector() {
        this(Admin::create);
    }

    /** @param admins creates an admin client from its properties */
    RetrySourceConnector(Function<Map<String, Object>, Admin> admins) {
        super(RetrySourceConnector::type, admins);
    }

    /** The type for the configured mode. The two modes share only the reading of failed records. */
    static SourceType type(Map<String, String> properties) {
        Object mode = ConfigDef.parseType(RetryKeys.MODE, properties.get(RetryKeys.MODE), ConfigDef.Type.STRING);
        return RetryKeys.MODE_REDRIVE.equals(mode) ? RedriveConfig.TYPE : RETRY;
    }

    @Override
    public ConfigDef config() {
        return RetryKeys.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RetrySourceTask.class;
    }
}
