/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.source.config.Behaviour;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * A type of source connector: everything that differs between types. The connector and task classes only translate
 * Connect's lifecycle into calls of these functions.
 *
 * @param check finds all mistakes in a configuration that can be found without the cluster
 * @param read reads a valid configuration
 * @param offsets checks a source offset before Connect stores it
 * @param work does the work of a task
 */
public record SourceType(
        Function<Map<String, String>, CheckedConfig> check,
        Function<Map<String, String>, Behaviour> read,
        OffsetCheck offsets,
        Work work) {

    /** Checks a source offset that a user wants to store. */
    @FunctionalInterface
    public interface OffsetCheck {

        /**
         * Checks the offset of a source partition.
         *
         * @param offset null to delete it
         * @throws ConnectException if it does not have the required form
         */
        void check(Map<String, ?> partition, @Nullable Map<String, ?> offset);
    }
}
