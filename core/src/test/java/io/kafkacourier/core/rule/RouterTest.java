/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.core.contract.Reason;
import io.kafkacourier.core.rule.Decision.Failed;
import io.kafkacourier.core.rule.Decision.Routed;
import io.kafkacourier.core.rule.Decision.Unmatched;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterTest {

    private final Map<String, String> properties = new HashMap<>(Map.of("topics.allow", ".*"));

    @Test
    void followsTheFirstRuleThatMatches() {
        given("vip", "value.vip == true", "vip");
        given("orders", "value.type in ['created','paid']", "orders");

        assertThat(route("{\"type\":\"paid\",\"vip\":true}")).isEqualTo(new Routed("vip", 3, "vip"));
        assertThat(route("{\"type\":\"paid\"}")).isEqualTo(new Routed("orders", 3, "orders"));
        assertThat(route("{\"type\":\"lost\"}")).isEqualTo(new Unmatched());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            ${value.t}                          ; acme
            ${value.t}.${value.n}-${value.b}_x  ; acme.1.50-true_x
            a.${value.none|unknown}             ; a.unknown
            a.${value.null|unknown}             ; a.unknown
            a${value.none|}                     ; a
            a.${value.t|unknown}                ; a.acme
            ${topic}-${partition}-${key}        ; events-3-k
            ${header.h}${header.none|.x}        ; v.x
            ${value.list[0]}                    ; first
            """)
    void rendersTemplates(String to, String topic) {
        given("r", "topic == 'events'", to);
        RecordView record = GivenRecord.json(
                        "{\"t\":\"acme\",\"n\":1.50,\"b\":true,\"null\":null,\"list\":[\"first\"],\"o\":{}}")
                .withHeader("h", "v")
                .withKey("k");
        Router router = router();

        assertThat(router.route(record)).matches(to(topic, 3));
        assertThat(router.route(record)).as("from the cache").matches(to(topic, 3));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            {}                          ; FIELD_MISSING
            {"t":null}                  ; FIELD_MISSING
            {"t":{}}                    ; FIELD_MISSING
            {"t":[1]}                   ; FIELD_MISSING
            {"t":""}                    ; ILLEGAL_TOPIC
            {"t":"a b"}                 ; ILLEGAL_TOPIC
            {"t":"."}                   ; ILLEGAL_TOPIC
            {"t":".."}                  ; ILLEGAL_TOPIC
            {"t":"größe"}               ; ILLEGAL_TOPIC
            {"t":"__consumer_offsets"}  ; TOPIC_NOT_ALLOWED
            {"t":"other"}               ; TOPIC_NOT_ALLOWED
            {"t":"acmex"}               ; TOPIC_NOT_ALLOWED
            {"x":1,                     ; BODY_NOT_JSON
            {"x":oops}                  ; BODY_NOT_JSON
            """)
    void reportsWhyAndUnderWhichRuleARecordCannotBeRouted(String json, Reason reason) {
        properties.put("topics.allow", "acme|__.*");
        given("first", "topic == 'other'", "acme");
        given("second", "topic == 'events'", "${value.t}");

        assertThat(route(json)).isEqualTo(new Failed(reason, "second"));
        assertThat(route("{\"t\":\"acme\"}")).matches(to("acme", 3));
    }

    @ParameterizedTest
    @ValueSource(strings = {"__x", "_schemas", "connect-configs", "connect-offsets", "eu-status", "_x-configs"})
    void sendsNoRecordToAReservedTopicThatIsNotListed(String topic) {
        properties.put("topics.allow", ".*");
        properties.put("topics.allow.internal", "_listed, my-offsets");
        given("whole", "key exists", "${key}");
        given("absent", "value.t not exists", "${value.t|" + topic + "}");
        given("start", "value.start exists", topic.charAt(0) + "${value.t}");
        given("end", "value.end exists", "${value.t}" + topic.charAt(topic.length() - 1));
        Router router = router();
        String start = "{\"start\":1,\"t\":\"" + topic.substring(1) + "\"}";
        String end = "{\"end\":1,\"t\":\"" + topic.substring(0, topic.length() - 1) + "\"}";

        assertThat(router.route(GivenRecord.empty().withKey(topic))).isEqualTo(notAllowed("whole"));
        assertThat(router.route(GivenRecord.json("{}"))).isEqualTo(notAllowed("absent"));
        assertThat(router.route(GivenRecord.json(start))).isEqualTo(notAllowed("start"));
        assertThat(router.route(GivenRecord.json(end))).isEqualTo(notAllowed("end"));
        assertThat(router.route(GivenRecord.empty().withKey(topic))).isEqualTo(notAllowed("whole"));
        assertThat(router.route(GivenRecord.empty().withKey("_listed"))).matches(to("_listed", 3));
        assertThat(router.route(GivenRecord.empty().withKey("my-offsets"))).matches(to("my-offsets", 3));
    }

    @Test
    void sendsRecordsToAReservedTopicThatTheConfigurationNames() {
        given("r", "topic == 'events'", "_audit");

        assertThat(route("{}")).matches(to("_audit", 3));
        properties.put("rules.r.to", "order-status");
        assertThat(route("{}")).matches(to("order-status", 3));
    }

    private static Failed notAllowed(String rule) {
        return new Failed(Reason.TOPIC_NOT_ALLOWED, rule);
    }

    @Test
    void refusesATopicThatIsTooLong() {
        given("r", "topic == 'events'", "${key}");
        Router router = router();

        assertThat(router.route(GivenRecord.empty().withKey("a".repeat(249)))).isInstanceOf(Routed.class);
        assertThat(router.route(GivenRecord.empty().withKey("a".repeat(250))))
                .isEqualTo(new Failed(Reason.ILLEGAL_TOPIC, "r"));
        assertThat(router.route(GivenRecord.empty().withKey("a".repeat(1_000_000))))
                .isEqualTo(new Failed(Reason.ILLEGAL_TOPIC, "r"));
        assertThat(router.route(GivenRecord.empty().withKey("b"))).matches(to("b", 3));
    }

    @Test
    void reportsThatABodyIsTooDeep() {
        given("r", "value.x exists", "t");

        assertThat(route("[".repeat(1_001))).isEqualTo(new Failed(Reason.TOO_DEEP, "r"));
    }

    @Test
    void doesNotReadABodyThatNoReachedRuleNeeds() {
        given("header", "header.type == 'a'", "a");
        given("body", "value.type == 'b'", "b");
        Router router = router();
        GivenRecord broken = GivenRecord.json("oops");

        assertThat(router.route(broken.withHeader("type", "a"))).matches(to("a", 3));
        assertThat(router.route(broken.withHeader("type", "b"))).isEqualTo(new Failed(Reason.BODY_NOT_JSON, "body"));
    }

    @Test
    void readsNoFurtherThanTheRuleNeeds() {
        given("early", "value.type == 'a'", "${value.tenant|none}");
        given("late", "value.last == 'b'", "b");

        assertThat(route("{\"type\":\"a\",\"tenant\":\"x\",oops")).matches(to("x", 3));
        assertThat(route("{\"tenant\":\"x\",\"type\":\"a\",oops")).matches(to("x", 3));
        assertThat(route("{\"type\":\"a\",oops")).isEqualTo(new Failed(Reason.BODY_NOT_JSON, "early"));
    }

    @Test
    void routesTombstonesByHeaderKeyAndTopic() {
        given("value", "value.type not exists", "value");
        given("key", "key.tenant == 'acme'", "acme");
        given("template", "header.type == 'x'", "${value.type|gone}");
        Router router = router();

        assertThat(router.route(GivenRecord.empty().withKey("{\"tenant\":\"acme\"}")))
                .matches(to("acme", 3));
        assertThat(router.route(GivenRecord.empty().withKey("{}").withHeader("type", "x")))
                .matches(to("gone", 3));
        assertThat(router.route(GivenRecord.empty())).isEqualTo(new Unmatched());
    }

    @Test
    void sendsRecordsWithoutMatchToTheirTopic() {
        given("r", "value.type == 'a'", "a");
        properties.putAll(Map.of("no.match.behavior", "route", "no.match.topic", "rest"));

        assertThat(route("{}")).matches(to("rest", 3));
    }

    @Test
    void choosesThePartitionThatTheDefaultPartitionerGivesTheText() {
        given("r", "topic == 'events'", "t");
        properties.putAll(Map.of("partition.by", "value.tenant", "partition.count", "7"));
        Router router = router();

        for (int i = 0; i < 1_000; i++) {
            String tenant = "ténant-" + i;
            int expected = BuiltInPartitioner.partitionForKey(tenant.getBytes(UTF_8), 7);

            assertThat(router.route(GivenRecord.json("{\"tenant\":\"" + tenant + "\"}")))
                    .matches(to("t", expected));
            assertThat(router.route(GivenRecord.empty().withValue(Map.of("tenant", tenant))))
                    .matches(to("t", expected));
        }
        int seventeen = BuiltInPartitioner.partitionForKey("17".getBytes(UTF_8), 7);
        assertThat(router.route(GivenRecord.json("{\"tenant\":17}"))).matches(to("t", seventeen));
    }

    @Test
    void leavesThePartitionToTheProducerIfItsFieldHasNoText() {
        given("r", "topic == 'events'", "t");
        properties.putAll(Map.of("partition.by", "value.tenant", "partition.count", "7"));

        for (String json : List.of("{}", "{\"tenant\":null}", "{\"tenant\":[]}", "17")) {
            assertThat(route(json)).as(json).matches(to("t", null));
        }
        assertThat(route("oops")).isEqualTo(new Failed(Reason.BODY_NOT_JSON, "r"));
    }

    @Test
    void choosesThePartitionEvenWithoutMatch() {
        given("r", "topic == 'other'", "t");
        properties.putAll(Map.of(
                "no.match.behavior",
                "route",
                "no.match.topic",
                "rest",
                "partition.by",
                "value.id",
                "partition.count",
                "5"));

        assertThat(route("{\"id\":\"a\"}"))
                .matches(to("rest", BuiltInPartitioner.partitionForKey(new byte[] {'a'}, 5)));
        assertThat(route("oops")).isEqualTo(new Failed(Reason.BODY_NOT_JSON, null));
    }

    private void given(String name, String when, String to) {
        properties.merge("rules", name, (names, another) -> names + "," + another);
        properties.put("rules." + name + ".when", when);
        properties.put("rules." + name + ".to", to);
    }

    private Router router() {
        return new RouterConfig(properties).router();
    }

    private Decision route(String json) {
        return router().route(GivenRecord.json(json));
    }

    private static Predicate<Decision> to(String topic, @Nullable Integer partition) {
        return decision -> decision instanceof Routed routed
                && routed.topic().equals(topic)
                && Objects.equals(routed.partition(), partition);
    }
}
