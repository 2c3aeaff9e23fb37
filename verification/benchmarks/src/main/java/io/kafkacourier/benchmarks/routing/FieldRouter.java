/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.jayway.jsonpath.JsonPath;
import com.jayway.jsonpath.ParseContext;
import java.io.IOException;
import java.util.Map;
import java.util.function.Predicate;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;

/**
 * Routes a record to one topic if it passes one test, and does nothing else: the minimum that a custom transformation
 * for this purpose would do.
 */
final class FieldRouter implements Transformation<SourceRecord> {

    private final Predicate<SourceRecord> test;
    private final String topic;

    private FieldRouter(Predicate<SourceRecord> test, String topic) {
        this.test = test;
        this.topic = topic;
    }

    /** Routes every record. */
    static FieldRouter untested(String topic) {
        return new FieldRouter(event -> true, topic);
    }

    /** Reads the whole value into Jackson's tree. */
    static FieldRouter readTree(String field, String wanted, String topic) {
        ObjectMapper mapper = new ObjectMapper();
        JsonPointer pointer = JsonPointer.compile("/" + field);
        return new FieldRouter(
                event -> {
                    try {
                        return wanted.equals(mapper.readTree((byte[]) event.value())
                                .at(pointer)
                                .textValue());
                    } catch (IOException e) {
                        throw new DataException(e);
                    }
                },
                topic);
    }

    /** Reads a compiled path from the value with JsonPath and its default configuration. */
    static FieldRouter jsonPath(String field, String wanted, String topic) {
        ParseContext parser = JsonPath.using(com.jayway.jsonpath.Configuration.defaultConfiguration());
        JsonPath path = JsonPath.compile("$." + field);
        return new FieldRouter(
                event -> wanted.equals(parser.parseUtf8((byte[]) event.value()).<String>read(path)), topic);
    }

    @Override
    public SourceRecord apply(SourceRecord event) {
        if (!test.test(event)) {
            return event;
        }
        return event.newRecord(
                topic,
                event.kafkaPartition(),
                event.keySchema(),
                event.key(),
                event.valueSchema(),
                event.value(),
                event.timestamp());
    }

    @Override
    public ConfigDef config() {
        return new ConfigDef();
    }

    @Override
    public void configure(Map<String, ?> properties) {
        // gets everything in its constructor
    }

    @Override
    public void close() {
        // nothing to close
    }
}
