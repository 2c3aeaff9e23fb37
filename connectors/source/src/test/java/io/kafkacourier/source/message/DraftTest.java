/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

import static io.kafkacourier.source.outgoing.Orders.texts;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.apache.kafka.connect.header.ConnectHeaders;
import org.junit.jupiter.api.Test;

class DraftTest {

    @Test
    void hasItsFormsInTheOrderInWhichTheyWereAdded() {
        Draft draft = draft("whole").or(() -> draft("smaller")).or(() -> draft("smallest"));

        assertThat(DraftForms.of(draft))
                .extracting(form -> texts(form.headers()))
                .containsExactly(List.of("form=whole"), List.of("form=smaller"), List.of("form=smallest"));
    }

    @Test
    void addsAHeaderToEachForm() {
        Draft draft = draft("whole").or(() -> draft("smaller")).with("due", "1").with("release", "2");

        assertThat(DraftForms.of(draft))
                .extracting(form -> texts(form.headers()))
                .containsExactly(
                        List.of("form=whole", "due=1", "release=2"), List.of("form=smaller", "due=1", "release=2"));
    }

    @Test
    void addsAHeaderOnceToFormsThatShareTheirHeaders() {
        ConnectHeaders shared = new ConnectHeaders();
        OutgoingHeaders.add(shared, "a", "1");
        Draft draft = Draft.of(null, new byte[1], shared)
                .or(() -> Draft.of(null, null, shared))
                .with("due", "1")
                .with("release", "2");

        assertThat(DraftForms.of(draft))
                .allSatisfy(form ->
                        assertThat(texts(form.headers())).containsExactlyInAnyOrder("a=1", "due=1", "release=2"));
    }

    @Test
    void replacesAHeaderOfTheSameName() {
        ConnectHeaders forged = new ConnectHeaders();
        OutgoingHeaders.add(forged, "due", "7");
        OutgoingHeaders.add(forged, "due", "8");

        assertThat(texts(Draft.of(null, null, forged).with("due", "1").headers()))
                .containsExactly("due=1");
    }

    private static Draft draft(String form) {
        ConnectHeaders headers = new ConnectHeaders();
        OutgoingHeaders.add(headers, "form", form);
        return Draft.of(null, null, headers);
    }
}
