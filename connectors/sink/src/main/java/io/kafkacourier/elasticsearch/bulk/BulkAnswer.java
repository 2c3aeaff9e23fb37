/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.elasticsearch.connection.ConnectionFault;
import io.kafkacourier.sink.RecordOutcome;
import io.kafkacourier.sink.RequestOutcome;
import io.kafkacourier.sink.Response;
import io.kafkacourier.sink.Response.Failure;
import io.kafkacourier.sink.Response.Result;
import io.kafkacourier.sink.Response.Results;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.conn.ConnectTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * What an answer of the server means for the documents of a request. The one place where status codes and types of errors are
 * judged; verified against Elasticsearch 8.19.
 */
final class BulkAnswer {

    /** Item errors that are about the document, whatever the state of the index. */
    private static final Set<String> DOCUMENT_ERRORS =
            Set.of("document_parsing_exception", "mapper_parsing_exception", "strict_dynamic_mapping_exception");

    /** Reasons of item errors of status 400 that are about the document. Their type, illegal argument, says nothing. */
    private static final List<String> DOCUMENT_REASONS = List.of("immense term", "Limit of total fields");

    /** Item errors of status 400 that are about the index or the cluster. */
    private static final Set<String> DESTINATION_ERRORS = Set.of("index_closed_exception", "validation_exception");

    /** Reasons of item errors of status 400 that are about the index. Their type, illegal argument, says nothing. */
    private static final List<String> DESTINATION_REASONS = List.of(
            "no write index",
            "pipeline with id",
            "only write ops with an op_type of create",
            "maximum normal shards open",
            "maximum shards open");

    /** Item errors that mean that the server has too much to do. */
    private static final Set<String> OVERLOAD =
            Set.of("es_rejected_execution_exception", "circuit_breaking_exception", "rejected_execution_exception");

    /** Request errors of status 400 that one operation of the body causes for all. */
    private static final Set<String> BODY_ERRORS = Set.of(
            "x_content_parse_exception",
            "parse_exception",
            "json_parse_exception",
            "parsing_exception",
            "action_request_validation_exception");

    private BulkAnswer() {}

    /** What an answer to a bulk request with so many operations means. */
    static Response of(BulkTransport.Answer answer, int operations) {
        int status = answer.status();
        if (!isSuccess(status)) {
            return refused(answer);
        }
        try {
            return new Results(BulkReply.items(answer.body(), operations).stream()
                    .map(BulkAnswer::ofItem)
                    .toList());
        } catch (IOException unreadable) {
            ConnectionFault fault = ConnectionFault.ofAnswer(status, answer.product(), "");
            return failure(fault, RequestOutcome.RETRY, "an answer that cannot be read");
        }
    }

    private static Failure refused(BulkTransport.Answer answer) {
        int status = answer.status();
        ServerError error = BulkReply.error(answer.body());
        // A firewall may forbid one document only, so a 403 is judged by its content.
        ConnectionFault fault = status == 403
                ? null
                : ConnectionFault.ofAnswer(status, answer.product(), new String(answer.body(), UTF_8));
        return failure(fault, ofRequest(status, error), status + " " + error);
    }

    /**
     * What it means that there was no answer. It is unknown whether the server took the documents; their ids make sending them
     * again safe.
     *
     * @throws org.apache.kafka.connect.errors.ConnectException if the client has stopped
     */
    static Response ofFailure(Exception failure) {
        if (failure instanceof IllegalStateException) {
            throw new org.apache.kafka.connect.errors.ConnectException(
                    "The HTTP client has stopped; restart the task", failure);
        }
        String error = "no answer: " + failure.getClass().getSimpleName();
        return failure(ConnectionFault.of(failure), outcomeOf(failure), error);
    }

    /** What an answer to a check means: any shows that the server can be reached, unless it says that it cannot answer. */
    static Response ofCheck(int status) {
        return status >= 500 || status == 429
                ? new Failure(RequestOutcome.RETRY, String.valueOf(status))
                : Results.OF_CHECK;
    }

    private static Failure failure(@Nullable ConnectionFault fault, RequestOutcome outcome, String error) {
        return fault == null
                ? new Failure(outcome, error)
                : new Failure(RequestOutcome.DESTINATION_FAULT, error + ". " + fault.likelyCause());
    }

    /** What the result of one operation means. */
    static Result ofItem(BulkReply.Item item) {
        RecordOutcome outcome = outcomeOf(item);
        return switch (outcome) {
            case WRITTEN -> Result.WRITTEN;
            case DUPLICATE -> Result.DUPLICATE;
            default -> new Result(outcome, item.status() + " " + item.error());
        };
    }

    private static RecordOutcome outcomeOf(BulkReply.Item item) {
        int status = item.status();
        if (isSuccess(status)) {
            return item.inFailureStore() ? RecordOutcome.REFUSED : RecordOutcome.WRITTEN;
        }
        return switch (status) {
            // Every operation is a create with an id of its own record: a conflict means that the record was sent
            // before.
            case 409 -> RecordOutcome.DUPLICATE;
            case 408, 429 -> again(item.error());
            case 401, 403, 404 -> RecordOutcome.DESTINATION_FAULT;
            default -> status >= 500 ? again(item.error()) : ofRefused(item.error());
        };
    }

    private static RecordOutcome again(ServerError error) {
        return OVERLOAD.contains(error.type()) ? RecordOutcome.OVERLOADED : RecordOutcome.RETRY;
    }

    private static RecordOutcome ofRefused(ServerError error) {
        if (DOCUMENT_ERRORS.contains(error.type()) || error.reasonHasAnyOf(DOCUMENT_REASONS)) {
            return RecordOutcome.REFUSED;
        } else if (DESTINATION_ERRORS.contains(error.type()) || error.reasonHasAnyOf(DESTINATION_REASONS)) {
            return RecordOutcome.DESTINATION_FAULT;
        }
        return RecordOutcome.UNCLEAR;
    }

    /** What to do after an answer other than 2xx to a whole request. */
    static RequestOutcome ofRequest(int status, ServerError error) {
        return switch (status) {
            // A bulk over the server's limit of indexing pressure is answered 429 every time: hence the halves.
            case 429 -> RequestOutcome.THROTTLE;
            case 413 -> RequestOutcome.SPLIT;
            case 408, 504 -> RequestOutcome.TIMEOUT;
            case 400 -> BODY_ERRORS.contains(error.type()) ? RequestOutcome.SPLIT : RequestOutcome.SUSPECT;
            // Elasticsearch names the type of what it forbids; a firewall that refuses a document does not.
            case 403 -> error.type().isEmpty() ? RequestOutcome.SUSPECT : RequestOutcome.DESTINATION_FAULT;
            case 422 -> RequestOutcome.SUSPECT;
            default -> status >= 500 ? RequestOutcome.RETRY : RequestOutcome.DESTINATION_FAULT;
        };
    }

    /** What to do after a request without an answer. */
    static RequestOutcome outcomeOf(Exception failure) {
        if (failure instanceof ConnectTimeoutException) {
            return RequestOutcome.RETRY;
        } else if (failure instanceof InterruptedIOException) {
            return RequestOutcome.TIMEOUT;
        }
        boolean neverArrived = !(failure instanceof IOException)
                || failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException;
        // A server that finds a body too large may break the connection before its 413 can be read.
        return neverArrived ? RequestOutcome.RETRY : RequestOutcome.SUSPECT;
    }

    private static boolean isSuccess(int status) {
        return status >= 200 && status < 300;
    }
}
