/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonException;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Stream;

/** Tests that must all hold. Immutable. */
final class Condition {

    /** One test: the value of the source in {@code slot} must pass {@code check}. */
    record Test(int slot, Check check) {}

    private final Test[] tests;

    /** Orders the tests so that those inside a body come last: if others fail, the body is not read. */
    Condition(List<Test> all, Sources sources) {
        tests = Stream.concat(
                        all.stream().filter(test -> !sources.isInBody(test.slot())),
                        all.stream().filter(test -> sources.isInBody(test.slot())))
                .toArray(Test[]::new);
    }

    /**
     * Whether the current record passes every test. Tests inside the value of a tombstone never hold.
     *
     * @throws JsonException if a test needs a body that is not JSON, as far as it must be read
     */
    boolean holds(Fields fields) throws JsonException {
        for (Test test : tests) {
            if (fields.isInTombstone(test.slot()) || !test.check().passes(fields.get(test.slot()))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Whether this condition holds for every record for which {@code other} holds, because {@code other} has all its
     * tests.
     */
    boolean covers(Condition other) {
        return new HashSet<>(List.of(other.tests)).containsAll(List.of(tests));
    }
}
