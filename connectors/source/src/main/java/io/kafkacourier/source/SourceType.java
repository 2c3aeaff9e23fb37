/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source;

import io.kafkacourier.kafka.config.CheckedConfig;
import io.kafkacourier.source.config.Behaviour;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.connect.errors.ConnectException;
import org.jspecify.annotations.Nullable;

/**
 * A type of source connector: everything in which one differs from another. The connector and task classes only translate
 * Connect's lifecycle into calls of these.
 *
 * @param check finds all errors in a configuration that show without the cluster
 * @param read reads a configuration without errors
 * @param offsets checks a source offset before Connect stores it
 * @param work does the work of a task
 */
public record SourceType(
        Function<Map<String, String>, CheckedConfig> check,
        Function<Map<String, String>, Behaviour> read,
        OffsetCheck offsets,
        Work work) {

    /** Checks what somebody wants to be stored as a source offset. */
    @FunctionalInterface
    public interface OffsetCheck {

        /**
         * Checks the offset of a source partition.
         *
         * @param offset null if it is to be deleted
         * @throws ConnectException if it does not have the form that it must have
         */
        void check(Map<String, ?> partition, @Nullable Map<String, ?> offset);
    }
}
