/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static io.kafkacourier.sink.RequestOutcome.RETRY;
import static io.kafkacourier.sink.RequestOutcome.SUSPECT;
import static io.kafkacourier.sink.RequestOutcome.TIMEOUT;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kafkacourier.elasticsearch.bulk.BulkTransport.Answer;
import io.kafkacourier.sink.RecordOutcome;
import io.kafkacourier.sink.RequestOutcome;
import io.kafkacourier.sink.Response;
import io.kafkacourier.sink.Response.Failure;
import io.kafkacourier.sink.Response.Result;
import io.kafkacourier.sink.Response.Results;
import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.ProtocolException;
import org.apache.http.conn.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class BulkAnswerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            200 |                                    |                                                    | WRITTEN
            201 |                                    |                                                    | WRITTEN
            409 | version_conflict_engine_exception  | document already exists                            | DUPLICATE
            408 | timeout_exception                  |                                                    | RETRY
            429 | es_rejected_execution_exception    | rejected execution of coordinating operation       | OVERLOADED
            429 | circuit_breaking_exception         | [parent] Data too large                            | OVERLOADED
            429 | cluster_block_exception            | disk usage exceeded flood-stage watermark          | RETRY
            500 | some_exception                     |                                                    | RETRY
            502 | some_exception                     |                                                    | RETRY
            503 | unavailable_shards_exception       | primary shard is not active                        | RETRY
            504 | some_exception                     |                                                    | RETRY
            401 | security_exception                 | unauthorized                                       | DESTINATION_FAULT
            403 | cluster_block_exception            | index write (api)                                  | DESTINATION_FAULT
            404 | index_not_found_exception          | no such index                                      | DESTINATION_FAULT
            400 | index_closed_exception             | closed                                             | DESTINATION_FAULT
            400 | validation_exception               | this action would add [2] shards                   | DESTINATION_FAULT
            400 | illegal_argument_exception         | no write index is defined for alias [x]            | DESTINATION_FAULT
            400 | illegal_argument_exception         | pipeline with id [x] does not exist                | DESTINATION_FAULT
            400 | illegal_argument_exception         | only write ops with an op_type of create are allowed | DESTINATION_FAULT
            400 | document_parsing_exception         | failed to parse                                    | REFUSED
            400 | mapper_parsing_exception           | failed to parse                                    | REFUSED
            400 | strict_dynamic_mapping_exception   | not allowed                                        | REFUSED
            400 | illegal_argument_exception         | Limit of total fields [1000] has been exceeded     | REFUSED
            400 | illegal_argument_exception         | Document contains at least one immense term in field | REFUSED
            400 | document_parsing_exception         | a value that says: no write index                  | REFUSED
            """)
    void knowsWhatTheResultOfAnOperationMeans(
            int status, @Nullable String type, @Nullable String reason, RecordOutcome expected) {
        assertThat(item(status, type == null ? "" : type, reason == null ? "" : reason)
                        .outcome())
                .isEqualTo(expected);
    }

    @Test
    void leavesItOpenWhetherAnUnknownErrorIsAboutTheDocumentOrTheIndex() {
        assertThat(item(400, "illegal_argument_exception", "new"))
                .isEqualTo(new Result(RecordOutcome.UNCLEAR, "400 illegal_argument_exception"));
    }

    @Test
    void takesADocumentInTheFailureStoreForRefused() {
        assertThat(BulkAnswer.ofItem(new BulkReply.Item(201, ServerError.NONE, true))
                        .outcome())
                .isEqualTo(RecordOutcome.REFUSED);
    }

    @Test
    void hasOneResultForEachOperation() {
        String body = "{\"items\":[{\"create\":{\"status\":201}},{\"create\":{\"status\":503,\"error\":"
                + "{\"type\":\"unavailable_shards_exception\",\"reason\":\"no\"}}}]}";
        assertThat(answer(200, body, 2))
                .isEqualTo(new Results(
                        List.of(Result.WRITTEN, new Result(RecordOutcome.RETRY, "503 unavailable_shards_exception"))));
    }

    @Test
    void knowsNothingOfAnyOperationIfTheAnswerCannotBeRead() {
        String one = "{\"items\":[{\"create\":{\"status\":201}}]}";
        assertThat(answer(200, one, 2)).isEqualTo(new Failure(RETRY, "an answer that cannot be read"));
        assertThat(answer(200, one.substring(0, 20), 1)).isEqualTo(new Failure(RETRY, "an answer that cannot be read"));
    }

    @Test
    void namesTheFaultOfAServerThatIsNotElasticsearch() {
        assertThat(BulkAnswer.of(new Answer(406, null, new byte[0]), 1))
                .isInstanceOfSatisfying(Failure.class, failure -> {
                    assertThat(failure.outcome()).isEqualTo(RequestOutcome.DESTINATION_FAULT);
                    assertThat(failure.error()).contains("406", "is not Elasticsearch 8 or 9");
                });
    }

    @Test
    void takesAnAnswerToACheckForASignOfLifeUnlessTheServerCannotAnswer() {
        assertThat(Stream.of(200, 400, 401, 403, 404).map(BulkAnswer::ofCheck)).containsOnly(Results.OF_CHECK);
        assertThat(Stream.of(429, 500, 503).map(BulkAnswer::ofCheck))
                .allSatisfy(response -> assertThat(response).isInstanceOf(Failure.class));
    }

    @Test
    void endsTheTaskIfTheClientHasStopped() {
        assertThatThrownBy(() -> BulkAnswer.ofFailure(new IllegalStateException("stopped")))
                .isInstanceOf(org.apache.kafka.connect.errors.ConnectException.class)
                .hasMessage("The HTTP client has stopped; restart the task");
    }

    @ParameterizedTest
    @CsvSource({
        "429, es_rejected_execution_exception, THROTTLE",
        "413, '', SPLIT",
        "400, x_content_parse_exception, SPLIT",
        "400, action_request_validation_exception, SPLIT",
        "400, illegal_argument_exception, SUSPECT",
        "400, '', SUSPECT",
        "422, '', SUSPECT",
        "401, security_exception, DESTINATION_FAULT",
        "403, security_exception, DESTINATION_FAULT",
        "403, '', SUSPECT",
        "404, '', DESTINATION_FAULT",
        "405, '', DESTINATION_FAULT",
        "302, '', DESTINATION_FAULT",
        "408, '', TIMEOUT",
        "500, '', RETRY",
        "502, '', RETRY",
        "503, '', RETRY",
        "504, '', TIMEOUT"
    })
    void knowsWhatTheAnswerToARequestMeans(int status, String type, RequestOutcome expected) {
        assertThat(BulkAnswer.ofRequest(status, new ServerError(type, ""))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource
    void knowsWhatNoAnswerMeans(Exception failure, RequestOutcome expected) {
        assertThat(BulkAnswer.outcomeOf(failure)).isEqualTo(expected);
    }

    static Stream<Arguments> knowsWhatNoAnswerMeans() {
        return Stream.of(
                arguments(new ConnectException("refused"), RETRY),
                arguments(new NoRouteToHostException("gone"), RETRY),
                arguments(new UnknownHostException("nowhere"), RETRY),
                arguments(new ConnectTimeoutException("unreachable"), RETRY),
                arguments(new SocketTimeoutException("slow"), TIMEOUT),
                arguments(new SSLHandshakeException("untrusted"), RETRY),
                arguments(new SSLException("closing inbound before receiving peer's close_notify"), SUSPECT),
                arguments(new ProtocolException("not HTTP"), RETRY),
                arguments(new IOException("Broken pipe"), SUSPECT),
                arguments(new ConnectionClosedException("closed"), SUSPECT));
    }

    private static Result item(int status, String type, String reason) {
        return BulkAnswer.ofItem(new BulkReply.Item(status, new ServerError(type, reason), false));
    }

    private static Response answer(int status, String body, int operations) {
        return BulkAnswer.of(new Answer(status, "Elasticsearch", body.getBytes(UTF_8)), operations);
    }
}
