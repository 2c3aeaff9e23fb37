/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.template;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a connector is configured to do about its index template and about old documents.
 *
 * @param connector the connector's name
 * @param name the prefix of daily indices, or the name of the data stream; also that of the template and of the policy
 * @param isManaged whether the sink keeps the template up to date
 * @param retention null if documents are kept forever
 */
public record TemplateSettings(
        String connector,
        IndexStrategy strategy,
        String name,
        boolean isManaged,
        RetentionMode mode,
        @Nullable Duration retention) {

    public static final String INDEX_PREFIX = "index.prefix";
    public static final String DATASTREAM_NAMESPACE = "datastream.namespace";
    public static final String RETENTION = "retention";
    public static final String RETENTION_MODE = "retention.mode";

    /** The mark of what the sink made, as users see it in templates and mappings. */
    public static final String MARK = "_meta." + TemplateBody.MANAGED_BY + "=" + TemplateBody.COURIER;

    /** Where documents go. */
    public enum IndexStrategy {
        DAILY,
        DATASTREAM
    }

    /** What deletes documents that are older than the retention. */
    public enum RetentionMode {
        AUTO,
        LIFECYCLE,
        ILM,
        JANITOR,
        NONE
    }

    boolean isDaily() {
        return strategy == IndexStrategy.DAILY;
    }

    /** The path of the template. */
    public String templatePath() {
        return "/_index_template/" + name;
    }

    /** Whether the connector itself may have to delete indices. */
    public boolean mayNeedJanitor() {
        return isDaily() && (mode == RetentionMode.JANITOR || (mode == RetentionMode.AUTO && isManaged));
    }
}
