/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A value that is loaded from files, and loaded again when the size or modification time of one of them changes. If that
 * fails, the last value stays in use, and loading is tried again. Files are checked when the value is read, at most once a
 * second. Safe for use by several threads.
 */
final class Reloaded<T> {

    private static final Logger log = LoggerFactory.getLogger(Reloaded.class);
    private static final long INTERVAL_MS = 1_000;
    private static final String ABSENT = "absent";

    /** Loads the value from the files as they are now. */
    interface Source<T> {
        T load() throws IOException, GeneralSecurityException;
    }

    private final List<Path> files;
    private final Source<T> source;
    private final LongSupplier tickerMs;
    private T value;
    private List<String> loaded;
    private long lookedMs;
    private @Nullable String lastFailure;

    /**
     * Loads the first value.
     *
     * @param tickerMs milliseconds that never go back
     * @throws IOException if a file cannot be read
     * @throws GeneralSecurityException if the files do not hold what they should
     */
    Reloaded(List<Path> files, Source<T> source, LongSupplier tickerMs) throws IOException, GeneralSecurityException {
        this.files = files;
        this.source = source;
        this.tickerMs = tickerMs;
        this.lookedMs = tickerMs.getAsLong();
        this.loaded = stamps();
        this.value = source.load();
    }

    /** The value of the last files that could be read. */
    synchronized T get() {
        long now = tickerMs.getAsLong();
        if (now - lookedMs >= INTERVAL_MS) {
            lookedMs = now;
            reloadIfChanged();
        }
        return value;
    }

    private void reloadIfChanged() {
        // Before the files are read, so that a change in between is seen the next time.
        List<String> stamps = stamps();
        if (stamps.equals(loaded)) {
            return;
        }
        try {
            value = source.load();
            loaded = stamps;
            lastFailure = null;
            log.info("{} changed and is used from now on", files);
        } catch (IOException | GeneralSecurityException | RuntimeException failure) {
            if (!failure.toString().equals(lastFailure)) {
                lastFailure = failure.toString();
                log.warn(
                        "{} changed but cannot be used, so the files as they were read before stay in use: {}",
                        files,
                        lastFailure);
            }
        }
    }

    private List<String> stamps() {
        List<String> stamps = new ArrayList<>();
        for (Path file : files) {
            try {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                stamps.add(attributes.lastModifiedTime() + " " + attributes.size() + " " + attributes.fileKey());
            } catch (IOException absent) {
                stamps.add(ABSENT);
            }
        }
        return stamps;
    }
}
