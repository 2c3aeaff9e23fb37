/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.services;

import java.net.URISyntaxException;
import java.nio.file.Path;

/** What the build of this module left. */
final class BuiltFiles {

    private BuiltFiles() {}

    /** The folder of this module's classes. */
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

    /** The folder with the jars of Kafka's mirror connectors, where the profile {@code benchmark} puts them. */
    static Path mirrorJars() {
        return classes().resolveSibling("mirror");
    }
}
