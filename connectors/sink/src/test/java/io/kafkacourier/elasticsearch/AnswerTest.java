/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import static io.kafkacourier.elasticsearch.Answer.DESTINATION_FAULT;
import static io.kafkacourier.elasticsearch.Answer.DONE;
import static io.kafkacourier.elasticsearch.Answer.PERMANENT;
import static io.kafkacourier.elasticsearch.Answer.RETRY;
import static io.kafkacourier.elasticsearch.Answer.SPLIT;
import static io.kafkacourier.elasticsearch.Answer.SUSPECT;
import static io.kafkacourier.elasticsearch.Answer.THROTTLE;
import static io.kafkacourier.elasticsearch.Answer.TIMEOUT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
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

class AnswerTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            200 |                                    |                                                    | DONE
            201 |                                    |                                                    | DONE
            409 | version_conflict_engine_exception  | document already exists                            | DONE
            408 | timeout_exception                  |                                                    | RETRY
            429 | es_rejected_execution_exception    | rejected execution of coordinating operation       | RETRY
            429 | circuit_breaking_exception         | [parent] Data too large                            | RETRY
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
            400 | document_parsing_exception         | failed to parse                                    | PERMANENT
            400 | mapper_parsing_exception           | failed to parse                                    | PERMANENT
            400 | strict_dynamic_mapping_exception   | not allowed                                        | PERMANENT
            400 | illegal_argument_exception         | Limit of total fields [1000] has been exceeded     | PERMANENT
            400 | illegal_argument_exception         | Document contains at least one immense term in field | PERMANENT
            400 | document_parsing_exception         | a value that says: no write index                  | PERMANENT
            """)
    void knowsWhatTheResultOfAnOperationMeans(
            int status, @Nullable String type, @Nullable String reason, Answer expected) {
        BulkReply.Item item = new BulkReply.Item(
                status, new ServerError(type == null ? "" : type, reason == null ? "" : reason), false);
        assertThat(Answer.ofItem(item, true)).isEqualTo(expected);
        assertThat(Answer.ofItem(item, false)).isEqualTo(expected);
    }

    @Test
    void holdsAnUnclearErrorAgainstTheDocumentOnlyWhereTheIndexTakesOthers() {
        BulkReply.Item unclear = new BulkReply.Item(400, new ServerError("illegal_argument_exception", "new"), false);
        assertThat(Answer.ofItem(unclear, true)).isEqualTo(PERMANENT);
        assertThat(Answer.ofItem(unclear, false)).isEqualTo(DESTINATION_FAULT);
    }

    @Test
    void takesADocumentInTheFailureStoreForRefused() {
        assertThat(Answer.ofItem(new BulkReply.Item(201, ServerError.NONE, true), true))
                .isEqualTo(PERMANENT);
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
    void knowsWhatTheAnswerToARequestMeans(int status, String type, Answer expected) {
        assertThat(Answer.ofRequest(status, new ServerError(type, ""))).isEqualTo(expected);
    }

    @ParameterizedTest
    @MethodSource
    void knowsWhatNoAnswerMeans(Exception failure, Answer expected) {
        assertThat(Answer.ofFailure(failure)).isEqualTo(expected);
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

    @Test
    void sendsNothingButWholeRequestsInHalves() {
        assertThat(Stream.of(200, 201, 400, 401, 403, 404, 408, 409, 413, 429, 500, 503)
                        .map(status -> Answer.ofItem(new BulkReply.Item(status, ServerError.NONE, false), true)))
                .doesNotContain(SPLIT, THROTTLE, SUSPECT, TIMEOUT)
                .contains(DONE);
    }
}
