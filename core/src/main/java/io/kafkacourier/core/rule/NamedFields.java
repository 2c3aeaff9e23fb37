/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import org.jspecify.annotations.Nullable;

/** An object with named fields that is no {@link java.util.Map}; what it holds is what a {@link RecordView} may hold. */
public interface NamedFields {

    /** Whether there is such a field, be it null. */
    boolean has(String name);

    /** The value of a field that is there. */
    @Nullable
    Object get(String name);
}
