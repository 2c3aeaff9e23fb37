/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.retry;

import io.kafkacourier.source.Problems;
import io.kafkacourier.source.ScheduledSourceConnector;
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
public final class RetrySourceConnector extends ScheduledSourceConnector<RetrySourceConfig> {

    /** Used by Connect. */
    public RetrySourceConnector() {
        this(Admin::create);
    }

    /** @param admins makes an admin client of its properties */
    RetrySourceConnector(Function<Map<String, Object>, Admin> admins) {
        super(admins);
    }

    @Override
    public ConfigDef config() {
        return RetrySourceConfig.DEFINITION;
    }

    @Override
    public Class<? extends Task> taskClass() {
        return RetrySourceTask.class;
    }

    @Override
    protected Problems problems(Map<String, String> properties) {
        return RetrySourceChecks.problems(properties);
    }

    @Override
    protected RetrySourceConfig read(Map<String, String> properties) {
        return new RetrySourceConfig(properties);
    }

    @Override
    protected void checkSettings(String settings) {
        RetrySettings.parse(settings);
    }

    /**
     * Checks the form of the offsets, which Connect then stores; of a redrive they can only be deleted.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException where one has not the form it must have
     */
    @Override
    public boolean alterOffsets(Map<String, String> connectorConfig, Map<Map<String, ?>, Map<String, ?>> offsets) {
        if (!read(connectorConfig).isRedrive()) {
            return super.alterOffsets(connectorConfig, offsets);
        }
        offsets.forEach(RedriveProgress::checkDeletion);
        return true;
    }
}
