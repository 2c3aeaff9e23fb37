/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import io.kafkacourier.core.config.ConfigErrors;
import org.apache.kafka.common.config.ConfigException;

/** A configuration names a file of certificates or keys that cannot be used on this worker. */
final class UnusableFile extends ConfigException {

    private static final long serialVersionUID = 1L;

    private final String key;
    private final String path;
    private final String allowed;

    UnusableFile(String key, String path, String allowed) {
        super(key, path, allowed);
        this.key = key;
        this.path = path;
        this.allowed = allowed;
    }

    void addTo(ConfigErrors errors) {
        errors.add(key, path, allowed);
    }
}
