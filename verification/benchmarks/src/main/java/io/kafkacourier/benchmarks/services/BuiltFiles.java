/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** Locates output of this module's build. */
final class BuiltFiles {

    private BuiltFiles() {}

    /** The directory with this module's classes. */
    static Path classes() {
        try {
            return Path.of(BuiltFiles.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The directory into which the profile {@code benchmark} copies the jars of Kafka's mirror connectors. */
    static Path mirrorJars() {
        return classes().resolveSibling("mirror");
    }
}
