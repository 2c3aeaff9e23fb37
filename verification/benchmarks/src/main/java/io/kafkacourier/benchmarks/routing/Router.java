/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.routing;

import io.debezium.transforms.ContentBasedRouter;
import io.kafkacourier.benchmarks.measure.Contender;
import io.kafkacourier.transforms.ContentRouter;
import java.util.HashMap;
import java.util.Map;
import java.util.StringJoiner;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.RegexRouter;
import org.apache.kafka.connect.transforms.Transformation;

/** The contenders: a router and the part of the record that it tests. Public for the code that JMH generates. */
@SuppressWarnings("ImmutableEnumChecker") // stateless functions, but Error Prone cannot see it
public enum Router implements Contender {
    /** The minimum for every router: a new record with another topic. */
    NEW_RECORD("newRecord alone", Event::withJson, () -> FieldRouter.untested(Router.TARGET)),
    /** The same for a record with headers. */
    NEW_RECORD_HEADERS("newRecord alone, 4 headers", Event::withHeaders, () -> FieldRouter.untested(Router.TARGET)),

    HEADER("ContentRouter, header", Event::withHeaders, () -> courier("header.tenant_id == 'acme'")),
    HEADER_BYTES("ContentRouter, header in bytes", Event::withHeaders, () -> courier("header.tenant_bytes == 'acme'")),
    KEY("ContentRouter, key", Event::withJson, () -> courier("key == 'order-1'")),
    JSON_EARLY("ContentRouter, JSON early", Event::withJson, () -> courier(Router.EARLY_RULE)),
    JSON_LATE("ContentRouter, JSON late", Event::withJson, () -> courier("value.region == 'eu-central-1'")),
    RULES("ContentRouter, JSON early, 20 rules", Event::withJson, Router::courierWithManyRules),
    TEMPLATE("ContentRouter, JSON early, template", Event::withJson, Router::courierWithTemplate),
    MAP("ContentRouter, Map", Event::withMap, () -> courier(Router.EARLY_RULE)),
    STRUCT("ContentRouter, Struct", Event::withStruct, () -> courier(Router.EARLY_RULE)),

    REGEX_ROUTER("RegexRouter", Event::withJson, Router::regexRouter),
    READ_TREE_EARLY("readTree, JSON early", Event::withJson, () -> readTree("type", "order.created")),
    READ_TREE_LATE("readTree, JSON late", Event::withJson, () -> readTree("region", "eu-central-1")),
    JSON_PATH_EARLY("JsonPath, JSON early", Event::withJson, () -> jsonPath("type", "order.created")),
    JSON_PATH_LATE("JsonPath, JSON late", Event::withJson, () -> jsonPath("region", "eu-central-1")),
    DEBEZIUM_HEADER("Debezium Groovy, header", Event::withHeaders, () -> debezium("header.tenant_id.value == 'acme'")),
    DEBEZIUM_STRUCT("Debezium Groovy, Struct", Event::withStruct, () -> debezium("value.type == 'order.created'")),
    DEBEZIUM_JSON(
            "Debezium Groovy, JSON early",
            Event::withJson,
            () -> debezium("new groovy.json.JsonSlurper().parse(value).type == 'order.created'"));

    /** The topic for orders. */
    static final String TARGET = "order.created";

    static final Event ORDER = new Event("shop.events", "order-1", "acme", "order.created", "eu-central-1");

    /** An event of the same size that must not be routed to that topic. */
    static final Event OTHER = new Event("mail.events", "order-2", "ajax", "order.changed", "us-central-1");

    private static final String EARLY_RULE = "value.type == 'order.created'";

    private final String title;
    private final Function<Event, SourceRecord> form;
    private final Supplier<Transformation<SourceRecord>> router;

    Router(String title, Function<Event, SourceRecord> form, Supplier<Transformation<SourceRecord>> router) {
        this.title = title;
        this.form = form;
        this.router = router;
    }

    @Override
    public String title() {
        return title;
    }

    /** Groovy needs a long warm-up. */
    @Override
    public int warmUpSeconds() {
        return switch (this) {
            case DEBEZIUM_HEADER, DEBEZIUM_STRUCT, DEBEZIUM_JSON -> 15;
            default -> 3;
        };
    }

    /** The event as the record that this router gets. */
    SourceRecord record(Event event) {
        return form.apply(event);
    }

    /**
     * Creates the router and checks it.
     *
     * @throws IllegalStateException if it does not route the order to its topic, or routes another event there
     */
    Transformation<SourceRecord> transformation() {
        Transformation<SourceRecord> made = router.get();
        String topic = made.apply(record(ORDER)).topic();
        if (!topic.equals(TARGET)) {
            throw new IllegalStateException(title + " sends the order to " + topic + ", not to " + TARGET);
        }
        if (this != NEW_RECORD
                && this != NEW_RECORD_HEADERS
                && !made.apply(record(OTHER)).topic().equals(OTHER.topic())) {
            throw new IllegalStateException(title + " routes an event that it should not route");
        }
        return made;
    }

    private static Transformation<SourceRecord> courier(String condition) {
        return courier(Map.of("rules", "orders", "rules.orders.when", condition, "rules.orders.to", TARGET));
    }

    /** Only the last rule matches. */
    private static Transformation<SourceRecord> courierWithManyRules() {
        Map<String, String> properties = new HashMap<>();
        StringJoiner names = new StringJoiner(",");
        for (int i = 1; i < 20; i++) {
            names.add("rule" + i);
            properties.put("rules.rule" + i + ".when", "value.type == 'order.state-" + i + "'");
            properties.put("rules.rule" + i + ".to", "orders-" + i);
        }
        properties.put("rules", names.add("orders").toString());
        properties.put("rules.orders.when", EARLY_RULE);
        properties.put("rules.orders.to", TARGET);
        return courier(properties);
    }

    private static Transformation<SourceRecord> courierWithTemplate() {
        return courier(Map.of(
                "rules", "orders",
                "rules.orders.when", EARLY_RULE,
                "rules.orders.to", "${value.type}",
                "topics.allow", "order\\.[a-z]+"));
    }

    private static Transformation<SourceRecord> courier(Map<String, String> properties) {
        return configured(new ContentRouter<>(), properties);
    }

    private static Transformation<SourceRecord> regexRouter() {
        return configured(new RegexRouter<>(), Map.of("regex", "shop\\.(.*)", "replacement", TARGET));
    }

    private static Transformation<SourceRecord> debezium(String condition) {
        return configured(
                new ContentBasedRouter<>(),
                Map.of("language", "jsr223.groovy", "topic.expression", condition + " ? '" + TARGET + "' : null"));
    }

    private static Transformation<SourceRecord> readTree(String field, String wanted) {
        return FieldRouter.readTree(field, wanted, TARGET);
    }

    private static Transformation<SourceRecord> jsonPath(String field, String wanted) {
        return FieldRouter.jsonPath(field, wanted, TARGET);
    }

    private static Transformation<SourceRecord> configured(
            Transformation<SourceRecord> router, Map<String, String> properties) {
        router.configure(properties);
        return router;
    }
}
