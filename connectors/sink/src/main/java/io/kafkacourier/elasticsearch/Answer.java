/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

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

/**
 * What an answer of the server means for the documents it is about. The one place where status codes and error types are
 * judged; verified against Elasticsearch 8.19.
 */
enum Answer {
    /** The document is in the index, now or from an earlier delivery. */
    DONE,
    /** Again after a back-off, without limit: there is nothing wrong with the document. */
    RETRY,
    /** As {@link #RETRY}, in halves: the request may be more than the server can take at once. */
    THROTTLE,
    /** In time there was no answer: from one index, or from the server. */
    TIMEOUT,
    /** In halves, at once, down to the one document that the server can never take, which is then refused for good. */
    SPLIT,
    /**
     * In halves too, down to one document, but with a back-off: the connection broke, or a request was refused by an answer that
     * does not name the reason. It may be the fault of one document or of the path to the server, see {@link Suspects}.
     */
    SUSPECT,
    /** Somebody has to fix the index, the cluster or the credentials; the document is good. */
    DESTINATION_FAULT,
    /** This document will never be accepted. */
    PERMANENT;

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

    /** Request errors of status 400 that one operation of the body causes for all. */
    private static final Set<String> BODY_ERRORS = Set.of(
            "x_content_parse_exception",
            "parse_exception",
            "json_parse_exception",
            "parsing_exception",
            "action_request_validation_exception");

    /**
     * What the result of one operation means.
     *
     * @param indexAccepts whether the index took another document lately: an error that could be about either is then
     *     held against the document, else against the index
     */
    static Answer ofItem(BulkReply.Item item, boolean indexAccepts) {
        int status = item.status();
        if (status >= 200 && status < 300) {
            return item.inFailureStore() ? PERMANENT : DONE;
        }
        return switch (status) {
            // Every operation is a create under an id of its own record: a conflict is the meeting with itself.
            case 409 -> DONE;
            case 408, 429 -> RETRY;
            case 401, 403, 404 -> DESTINATION_FAULT;
            default -> status >= 500 ? RETRY : ofRefusedItem(item.error(), indexAccepts);
        };
    }

    private static Answer ofRefusedItem(ServerError error, boolean indexAccepts) {
        if (DOCUMENT_ERRORS.contains(error.type()) || error.reasonHasAnyOf(DOCUMENT_REASONS)) {
            return PERMANENT;
        } else if (DESTINATION_ERRORS.contains(error.type()) || error.reasonHasAnyOf(DESTINATION_REASONS)) {
            return DESTINATION_FAULT;
        }
        return indexAccepts ? PERMANENT : DESTINATION_FAULT;
    }

    /** What an answer other than 2xx to a whole request means. */
    static Answer ofRequest(int status, ServerError error) {
        return switch (status) {
            // A bulk over the server's limit of indexing pressure is answered 429 every time: hence the halves.
            case 429 -> THROTTLE;
            case 413 -> SPLIT;
            case 408, 504 -> TIMEOUT;
            case 400 -> BODY_ERRORS.contains(error.type()) ? SPLIT : SUSPECT;
            // Elasticsearch names the type of what it forbids; a firewall that dislikes a document does not.
            case 403 -> error.type().isEmpty() ? SUSPECT : DESTINATION_FAULT;
            case 422 -> SUSPECT;
            default -> status >= 500 ? RETRY : DESTINATION_FAULT;
        };
    }

    /**
     * What it means that there was no answer. Whether the server took the documents is unknown; their ids make sending
     * them again safe.
     */
    static Answer ofFailure(Exception failure) {
        if (failure instanceof ConnectTimeoutException) {
            return RETRY;
        } else if (failure instanceof InterruptedIOException) {
            return TIMEOUT;
        }
        boolean neverArrived = !(failure instanceof IOException)
                || failure instanceof ConnectException
                || failure instanceof NoRouteToHostException
                || failure instanceof UnknownHostException
                || failure instanceof SSLHandshakeException
                || failure instanceof SSLPeerUnverifiedException;
        // A server that finds a body too large may break the connection before its 413 can be read.
        return neverArrived ? RETRY : SUSPECT;
    }
}
