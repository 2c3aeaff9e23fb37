/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import io.kafkacourier.core.contract.HeaderNames;
import io.kafkacourier.core.contract.Reason;
import java.util.List;
import java.util.stream.Stream;

/** Facts about headers and the reasons in them. */
final class HeaderFacts {

    private HeaderFacts() {}

    static List<Fact> all() {
        Stream<Fact> headers = Constants.texts(HeaderNames.class).map(header -> Fact.of("header", "", header));
        Stream<Fact> reasons = Stream.of(Reason.values())
                .map(reason -> new Fact("reason", reason.family().name(), reason.name(), ""));
        return Stream.concat(headers, reasons).toList();
    }
}
