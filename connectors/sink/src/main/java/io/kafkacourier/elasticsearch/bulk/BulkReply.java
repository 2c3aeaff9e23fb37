/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the bodies of answers to {@code _bulk}: the results of operations, or the error of the whole request. */
final class BulkReply {

    /** What the server is asked to answer: all that {@link #items} reads, and nothing else. */
    static final String FILTER_PATH = "errors,took,items.*.status,items.*.error,items.*.failure_store";

    /**
     * The result of one operation.
     *
     * @param inFailureStore whether the data stream refused the document and put it into its failure store, which is answered
     *     with 2xx
     */
    record Item(int status, ServerError error, boolean inFailureStore) {}

    private static final Item CREATED = new Item(201, ServerError.NONE, false);
    private static final JsonFactory JSON = new JsonFactory();

    private BulkReply() {}

    /**
     * The results in the order of the operations.
     *
     * @throws IOException if the body is cut off, is not the answer to a bulk request, or does not hold {@code expected}
     *     results: nothing is then known about any operation
     */
    static List<Item> items(byte[] body, int expected) throws IOException {
        List<Item> items = new ArrayList<>(expected);
        try (JsonParser json = JSON.createParser(body)) {
            require(json.nextToken(), JsonToken.START_OBJECT);
            for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                JsonToken value = json.nextToken();
                if (name.equals("items") && value == JsonToken.START_ARRAY) {
                    while (json.nextToken() == JsonToken.START_OBJECT) {
                        items.add(item(json));
                    }
                    require(json.currentToken(), JsonToken.END_ARRAY);
                } else {
                    json.skipChildren();
                }
            }
            require(json.currentToken(), JsonToken.END_OBJECT);
        }
        if (items.size() != expected) {
            throw new IOException("the answer holds " + items.size() + " results for " + expected + " operations");
        }
        return items;
    }

    /** The error in the body of an answer other than 2xx; {@link ServerError#NONE} if the body is not Elasticsearch's. */
    static ServerError error(byte[] body) {
        try (JsonParser json = JSON.createParser(body)) {
            if (json.nextToken() == JsonToken.START_OBJECT) {
                for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
                    JsonToken value = json.nextToken();
                    if (name.equals("error") && value == JsonToken.START_OBJECT) {
                        return readError(json);
                    }
                    json.skipChildren();
                }
            }
            return ServerError.NONE;
        } catch (IOException notElasticsearch) {
            return ServerError.NONE;
        }
    }

    /** {@code {"create":{"status":201}}}, from its first brace on. */
    private static Item item(JsonParser json) throws IOException {
        require(json.nextToken(), JsonToken.FIELD_NAME);
        require(json.nextToken(), JsonToken.START_OBJECT);
        int status = 0;
        ServerError error = ServerError.NONE;
        boolean inFailureStore = false;
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("status") && value == JsonToken.VALUE_NUMBER_INT) {
                status = json.getIntValue();
            } else if (name.equals("error") && value == JsonToken.START_OBJECT) {
                error = readError(json);
            } else if (name.equals("failure_store")) {
                inFailureStore = "used".equals(json.getText());
            } else {
                json.skipChildren();
            }
        }
        require(json.currentToken(), JsonToken.END_OBJECT);
        require(json.nextToken(), JsonToken.END_OBJECT);
        if (status == 0) {
            throw new IOException("the answer holds a result without status");
        }
        return status == 201 && error.equals(ServerError.NONE) && !inFailureStore
                ? CREATED
                : new Item(status, error, inFailureStore);
    }

    private static ServerError readError(JsonParser json) throws IOException {
        String type = "";
        String reason = "";
        for (String name = json.nextFieldName(); name != null; name = json.nextFieldName()) {
            JsonToken value = json.nextToken();
            if (name.equals("type") && value == JsonToken.VALUE_STRING) {
                type = json.getText();
            } else if (name.equals("reason") && value == JsonToken.VALUE_STRING) {
                reason = json.getText();
            } else {
                json.skipChildren();
            }
        }
        return new ServerError(type, reason);
    }

    private static void require(@Nullable JsonToken found, JsonToken expected) throws IOException {
        if (found != expected) {
            throw new IOException("the answer is not one to a bulk request, or is cut off");
        }
    }
}
