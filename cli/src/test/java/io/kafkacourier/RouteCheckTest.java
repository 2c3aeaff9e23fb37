/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouteCheckTest {

    private static final String RULES = """
            rules=paid,eu
            rules.paid.when=value.type == 'paid'
            rules.paid.to=${header.tenant_id}.paid
            rules.eu.when=key startsWith 'eu-'
            rules.eu.to=eu
            topics.allow=[a-z.]+
            """;

    @TempDir
    private Path directory;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            {"headers":{"tenant_id":"acme"},"value":{"type":"paid"}}             ; 0; routed     topic=acme.paid partition=(the producer chooses) rule=paid
            {"headers":{"tenant_id":" a "},"value":"{\\"type\\":\\"paid\\"}"} ; 0; routed     topic=a.paid partition=(the producer chooses) rule=paid
            {"topic":"in","partition":3,"key":"eu-1","value":null}               ; 0; routed     topic=eu partition=3 rule=eu
            {"topic":"in","key":"us-1","value":{"type":17}}                      ; 0; unmatched  stays in in
            {"headers":{"tenant_id":null},"value":{"type":"paid"}}               ; 1; failed     reason=FIELD_MISSING rule=paid: goes to invalid_routing from a source, raises a DataException on the way to a sink
            {"value":{"type":"paid"}}                                            ; 1; failed     reason=FIELD_MISSING rule=paid: goes to invalid_routing from a source, raises a DataException on the way to a sink
            {"headers":{"tenant_id":"a"},"value":"\\u0000\\u0000\\u0000\\u0000\\u0007{\\"type\\":\\"paid\\"}"} ; 0; routed     topic=a.paid partition=(the producer chooses) rule=paid
            {"headers":{"tenant_id":"a"},"value":"\\u0000\\u0000\\u0000\\u0000\\u0007\\u0008paid"} ; 1; failed     reason=BODY_FRAMED rule=paid: goes to invalid_routing from a source, raises a DataException on the way to a sink
            {"value":"type=paid"}                                                ; 1; failed     reason=BODY_NOT_JSON rule=paid: goes to invalid_routing from a source, raises a DataException on the way to a sink
            {"headers":{"tenant_id":"ACME"},"value":{"type":"paid"}}             ; 1; failed     reason=TOPIC_NOT_ALLOWED rule=paid: goes to invalid_routing from a source, raises a DataException on the way to a sink
            """)
    void printsWhereARecordGoesAndWhy(String record, int status, String line) throws IOException {
        assertThat(check(RULES, record)).isEqualTo(status);
        assertThat(out.toString(UTF_8)).isEqualTo(line + System.lineSeparator());
        assertThat(err.toString(UTF_8)).isEmpty();
    }

    @Test
    void refusesRulesAndKeepsRecordsFromReservedTopicsAsTheRouterDoes() throws IOException {
        String rules = "rules=r\nrules.r.when=partition == '3'\nrules.r.to=t";
        assertThat(check(rules, "{}")).isEqualTo(2);
        assertThat(err.toString(UTF_8))
                .contains("rules.r.when: at position 14 expected: a number, because partition is always a number");

        String guarded = "rules=r\nrules.r.when=header.vip != true\nrules.r.to=${key}\ntopics.allow=.*\n";
        assertThat(check(guarded, "{\"headers\":{\"vip\":true},\"key\":\"_schemas\"}"))
                .isZero();
        assertThat(check(guarded, "{\"headers\":{\"vip\":false},\"key\":\"_schemas\"}"))
                .isEqualTo(1);
        assertThat(check(
                        guarded + "topics.allow.internal=_schemas",
                        "{\"headers\":{\"vip\":false},\"key\":\"_schemas\"}"))
                .isZero();
        assertThat(out.toString(UTF_8))
                .contains("unmatched", "failed     reason=TOPIC_NOT_ALLOWED", "routed     topic=_schemas ");
    }

    @Test
    void readsConsecutiveRecordsFromTheStandardInput() throws IOException {
        Path rules = Files.writeString(directory.resolve("rules"), RULES);
        byte[] records = "{\"key\":\"eu-1\",\"value\":[1]}\n{\"key\":{\"id\":1.0}}".getBytes(UTF_8);

        int status = new RouteCheck(new ByteArrayInputStream(records), print(out), print(err))
                .run(List.of(rules.toString(), "-"));

        assertThat(status).isZero();
        assertThat(out.toString(UTF_8).lines())
                .containsExactly(
                        "routed     topic=eu partition=(the producer chooses) rule=eu", "unmatched  stays in topic");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "transforms=x,route\ntransforms.x.type=Other\ntransforms.route.type=io.kafkacourier.transforms.ContentRouter\n"
                        + "transforms.route.rules=r\ntransforms.route.rules.r.when=key exists\ntransforms.route.rules.r.to=t",
                "{\"name\":\"c\",\"config\":{\"transforms.r.type\":\"io.kafkacourier.transforms.ContentRouter\","
                        + "\"transforms.r.rules\":\"r\",\"transforms.r.rules.r.when\":\"key exists\","
                        + "\"transforms.r.rules.r.to\":\"t\"}}",
                "{\"rules\":\"r\",\"rules.r.when\":\"key exists\",\"rules.r.to\":\"t\"}",
                "acks=all\ncourier.routing.rules=r\ncourier.routing.rules.r.when=key exists\ncourier.routing.rules.r.to=t"
            })
    void findsTheRulesInEveryKindOfFile(String rules) throws IOException {
        assertThat(check(rules, "{\"key\":\"k\"}")).as(err.toString(UTF_8)).isZero();
        assertThat(out.toString(UTF_8)).startsWith("routed     topic=t ");
    }

    @Test
    void leavesTheLimitOfDepthToTheRules() throws IOException {
        assertThat(check(RULES, "{\"key\":\"eu-1\",\"value\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}"))
                .isZero();
        assertThat(check(RULES, "{\"value\":{\"a\":" + "[".repeat(1_000) + "]".repeat(1_000) + "}}"))
                .isEqualTo(1);
        assertThat(out.toString(UTF_8)).contains("routed     topic=eu", "failed     reason=TOO_DEEP rule=paid");
    }

    @Test
    void readsFilesWithAByteOrderMark() throws IOException {
        assertThat(check("\uFEFF" + RULES, "\uFEFF{\"key\":\"eu-1\",\"value\":{\"a\":1}}"))
                .isZero();
        assertThat(check("\uFEFF{\"no.match.behavior\":\"drop\",\"error.topic\":null}", "{}"))
                .isZero();
    }

    @Test
    void refusesFilesThatAreNotUtf8() throws IOException {
        Path rules = Files.writeString(directory.resolve("rules"), RULES);
        Path records = Files.write(directory.resolve("record"), "{\"value\":{\"a\":1}}".getBytes(UTF_16));
        RouteCheck check = new RouteCheck(new ByteArrayInputStream(new byte[0]), print(out), print(err));

        assertThat(check.run(List.of(rules.toString(), records.toString()))).isEqualTo(2);
        assertThat(check.run(List.of(records.toString(), records.toString()))).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("The records are not JSON at line 1", records + " is not UTF-8");
    }

    @Test
    void usesTheNamedRouter() throws IOException {
        String rules = """
                transforms.a.type=io.kafkacourier.transforms.ContentRouter
                transforms.a.rules=r
                transforms.b.type=ContentRouter
                transforms.b.no.match.behavior=route
                transforms.b.no.match.topic=rest
                """;

        assertThat(check(rules, "{}")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("several ContentRouters; name one of them as ALIAS: [a, b]");
        assertThat(check(rules, "{}", "c")).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains("no ContentRouter with the alias c; there are: [a, b]");
        assertThat(check(rules, "{}", "b")).isZero();
        assertThat(out.toString(UTF_8)).contains("topic=rest partition=(the producer chooses) (no rule matched)");
    }

    @Test
    void reportsAllMistakesInRules() throws IOException {
        assertThat(check("rules=a,b\nrules.a.when=value.x = 1\nrules.a.to=t", "{}"))
                .isEqualTo(2);

        assertThat(err.toString(UTF_8))
                .contains("3 mistakes", "rules.a.when: at position 9 expected: ==", "rules.b.when: is missing")
                .contains("          ^");
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '`', textBlock = """
            [1]                  ; A record must be an object, at line 1
            ``                   ; There must be a record
            {"topic":1}          ; topic must be a text
            {"partition":"1"}    ; partition must be a whole number from 0 to 2147483647
            {"partition":-1}     ; partition must be a whole number from 0 to 2147483647
            {"partition":2147483648} ; partition must be a whole number from 0 to 2147483647
            {"timestamp":99999999999999999999} ; timestamp must be a whole number
            {"headers":[]}       ; headers must be an object
            {"headers":{"a":[]}} ; The header a must be a text
            {"vlaue":1}          ; A record has no vlaue; allowed: [topic, partition, timestamp, headers, key, value]
            {"value":            ; The records are not JSON at line 1
            """)
    void reportsMistakesInARecord(String record, String message) throws IOException {
        assertThat(check(RULES, record)).isEqualTo(2);
        assertThat(err.toString(UTF_8)).contains(message);
    }

    @Test
    void printsItsUsage() {
        RouteCheck check = new RouteCheck(new ByteArrayInputStream(new byte[0]), print(out), print(err));

        assertThat(check.run(List.of("rules"))).isEqualTo(2);
        assertThat(check.run(List.of(directory.resolve("none").toString(), "-")))
                .isEqualTo(2);

        assertThat(err.toString(UTF_8)).contains("Usage: RouteCheck RULES RECORDS [ALIAS]", "There is no file ");
    }

    private int check(String rules, String record, String... alias) throws IOException {
        Path rulesFile = Files.writeString(directory.resolve("rules"), rules);
        Path recordFile = Files.writeString(directory.resolve("record"), record);
        List<String> arguments = alias.length == 0
                ? List.of(rulesFile.toString(), recordFile.toString())
                : List.of(rulesFile.toString(), recordFile.toString(), alias[0]);
        return new RouteCheck(new ByteArrayInputStream(new byte[0]), print(out), print(err)).run(arguments);
    }

    private static PrintStream print(ByteArrayOutputStream stream) {
        return new PrintStream(stream, true, UTF_8);
    }
}
