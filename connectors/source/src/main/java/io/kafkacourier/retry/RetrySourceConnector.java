/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.failure.FailureReader;
import io.kafkacourier.failure.StoryHeaders;
import io.kafkacourier.source.ScheduledSourceConnector;
import io.kafkacourier.source.ScheduledWork;
import io.kafkacourier.source.SourceType;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.connector.Task;

/**
 * Has each message that failed tried again when its back-off is over, or lets it come to rest with the reason; or sends
 * messages that rest back: exactly once where the worker has {@code exactly.once.source.support=enabled}, else at least
 * once. See {@link RetrySourceConfig} for its keys, {@link FailureReader} for what it knows of failures, {@link RetryRules}
 * for what becomes of them, {@link StoryHeaders} for what it writes, and {@link Redrive} for the way back.
 */
public final class RetrySourceConnector extends ScheduledSourceConnector {

    private static final SourceType RETRY = new SourceType(
            RetrySourceChecks::checked,
            RetrySourceConfig::read,
            (partition, offset) -> ScheduledWork.checkOffset(RetrySettings::parse, partition, offset),
            ScheduledWork::begin);

    private static final SourceType REDRIVE = new SourceType(
            RedriveChecks::checked, RedriveConfig::read, RedriveProgress::checkDeletion, RedriveConfig::begin);

    /** Used by Connect. */
    public RetrySourceConnector() {
        this(Admin::create);
    }

    /** @param admins makes an admin client of its properties */
    RetrySourceConnector(Function<Map<String, Object>, Admin> admins) {
        super(RetrySourceConnector::type, admins);
    }

    /** The type of the mode that a configuration asks for. */
    static SourceType type(Map<String, String> properties) {
        Object mode = ConfigDef.parseType(
                RetrySourceConfig.MODE, properties.get(RetrySourceConfig.MODE), ConfigDef.Type.STRING);
        return RetrySourceConfig.MODE_REDRIVE.equals(mode) ? REDRIVE : RETRY;
    }

    @Override
    public ConfigDef config() {
        return RetrySourceConfig.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RetrySourceTask.class;
    }
}
