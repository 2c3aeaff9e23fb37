/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.interceptors;

import io.kafkacourier.core.rule.RecordView;
import org.jspecify.annotations.Nullable;

/** A record with the key x that does something when its header is read. */
record ReadingView(Runnable whenRead) implements RecordView {

    @Override
    public String topic() {
        return "in";
    }

    @Override
    public @Nullable Integer partition() {
        return null;
    }

    @Override
    public @Nullable Long timestamp() {
        return null;
    }

    @Override
    public @Nullable String header(String name) {
        whenRead.run();
        return null;
    }

    @Override
    public String key() {
        return "x";
    }

    @Override
    public @Nullable Object value() {
        return null;
    }
}
