/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class BulkReplyTest {

    private static final String ANSWER = "{\"errors\":true,\"took\":7,\"items\":["
            + "{\"create\":{\"status\":201}},"
            + "{\"create\":{\"status\":400,\"error\":{\"type\":\"document_parsing_exception\",\"reason\":\"failed\","
            + "\"caused_by\":{\"type\":\"number_format_exception\",\"reason\":\"no\"}}}},"
            + "{\"create\":{\"status\":201,\"failure_store\":\"used\"}}]}";

    @Test
    void readsEveryResultInOrder() throws IOException {
        assertThat(BulkReply.items(bytes(ANSWER), 3))
                .containsExactly(
                        new BulkReply.Item(201, ServerError.NONE, false),
                        new BulkReply.Item(400, new ServerError("document_parsing_exception", "failed"), false),
                        new BulkReply.Item(201, ServerError.NONE, true));
    }

    @Test
    void refusesAnotherNumberOfResults() {
        assertThatThrownBy(() -> BulkReply.items(bytes(ANSWER), 4))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer holds 3 results for 4 operations");
    }

    @Test
    void refusesAResultWithoutStatus() {
        assertThatThrownBy(() -> BulkReply.items(bytes("{\"items\":[{\"create\":{}}]}"), 1))
                .isInstanceOf(IOException.class)
                .hasMessage("the answer holds a result without status");
    }

    @Property
    void refusesAnAnswerCutOffAnywhere(@ForAll @IntRange(max = 250) int length) {
        String cut = ANSWER.substring(0, Math.min(length, ANSWER.length() - 1));
        assertThatThrownBy(() -> BulkReply.items(bytes(cut), 3)).isInstanceOf(IOException.class);
    }

    @Test
    void readsTheErrorOfARequest() {
        String body =
                "{\"error\":{\"root_cause\":[{\"type\":\"inner\",\"reason\":\"r\"}],\"type\":\"outer\",\"reason\":\"why\"},"
                        + "\"status\":400}";
        assertThat(BulkReply.error(bytes(body))).isEqualTo(new ServerError("outer", "why"));
    }

    @Test
    void findsNoErrorInTheBodyOfAnotherServer() {
        assertThat(BulkReply.error(bytes("<html>Bad gateway</html>"))).isEqualTo(ServerError.NONE);
        assertThat(BulkReply.error(new byte[0])).isEqualTo(ServerError.NONE);
        assertThat(BulkReply.error(bytes("{\"error\":\"text\"}"))).isEqualTo(ServerError.NONE);
    }

    @Test
    void showsTypeAndFieldOfAnErrorButNothingOfTheDocument() {
        ServerError error = new ServerError(
                "document_parsing_exception",
                "[1:27] failed to parse field [partition] of type [long] in document with id 'secret'. Preview of field's"
                        + " value: 'secret'");
        assertThat(error).hasToString("document_parsing_exception (field partition of type long)");
        assertThat(new ServerError("x", "secret")).hasToString("x");
        assertThat(ServerError.NONE).hasToString("no reason given");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
