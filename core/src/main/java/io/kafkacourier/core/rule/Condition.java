/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import io.kafkacourier.core.json.JsonException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Tests that all have to hold. Immutable. */
final class Condition {

    /** One test: what the source in {@code slot} holds passes {@code check}. */
    record Test(int slot, Check check) {}

    private final Test[] tests;

    /** Orders the tests so that those inside a body come last: where others fail, the body is not touched. */
    Condition(List<Test> all, Sources sources) {
        tests = Stream.concat(
                        all.stream().filter(test -> !sources.isInBody(test.slot())),
                        all.stream().filter(test -> sources.isInBody(test.slot())))
                .toArray(Test[]::new);
    }

    /**
     * Whether the record at hand passes every test. Tests inside the value of a tombstone never hold.
     *
     * @throws JsonException where a test is reached whose body is no JSON as far as it had to be read
     */
    boolean holds(Fields fields) throws JsonException {
        for (Test test : tests) {
            if (fields.isInTombstone(test.slot()) || !test.check().passes(fields.get(test.slot()))) {
                return false;
            }
        }
        return true;
    }

    /** Whether this holds wherever {@code other} holds, because it asks for nothing else. */
    boolean covers(Condition other) {
        return new HashSet<>(List.of(other.tests)).containsAll(Set.of(tests));
    }
}
