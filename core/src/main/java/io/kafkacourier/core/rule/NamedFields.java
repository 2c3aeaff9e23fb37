/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/**
 * An object with named fields that is not a {@link java.util.Map}. Its values have the types that a {@link RecordView}
 * allows.
 */
public interface NamedFields {

    /** Whether there is such a field, even if it is null. */
    boolean has(String name);

    /** The value of an existing field. */
    @Nullable
    Object get(String name);
}
