/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import io.kafkacourier.core.config.GivenValues;
import io.kafkacourier.core.rule.RouterConfig;
import io.kafkacourier.core.time.Durations;
import io.kafkacourier.delay.DelaySourceConnector;
import io.kafkacourier.dist.Bundle;
import io.kafkacourier.interceptors.InterceptorForms;
import io.kafkacourier.interceptors.RoutingProducerInterceptor;
import io.kafkacourier.interceptors.TraceProducerInterceptor;
import io.kafkacourier.retry.RetrySourceConnector;
import io.kafkacourier.source.SourceForms;
import io.kafkacourier.transforms.ContentRouter;
import io.kafkacourier.transforms.StampTrace;
import io.kafkacourier.transforms.TransformForms;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.producer.ProducerInterceptor;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigDef.ConfigKey;
import org.apache.kafka.connect.sink.SinkConnector;
import org.apache.kafka.connect.source.SourceConnector;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.apache.kafka.connect.transforms.predicates.Predicate;

/** Facts about the classes that users name, and their configuration keys. */
final class PluginFacts {

    /** No ConfigDef has these keys, because users choose the names of rules. */
    private static final List<String> RULE_KEYS = List.of(RouterConfig.whenKey("<name>"), RouterConfig.toKey("<name>"));

    private static final String TRACE_INTERCEPTORS = "trace interceptors";

    private final List<Fact> facts = new ArrayList<>();

    private PluginFacts() {}

    static List<Fact> all() {
        PluginFacts found = new PluginFacts();
        ServiceLoader.load(SourceConnector.class).forEach(plugin -> found.plugin("source", plugin, plugin.config()));
        ServiceLoader.load(SinkConnector.class).forEach(plugin -> found.plugin("sink", plugin, plugin.config()));
        ServiceLoader.load(Transformation.class).forEach(plugin -> found.plugin("transform", plugin, plugin.config()));
        ServiceLoader.load(Predicate.class).forEach(plugin -> found.plugin("predicate", plugin, plugin.config()));
        Bundle.CLASSES.stream().filter(JavaClass::isTopLevelClass).forEach(found::loadedByName);
        found.keys(TRACE_INTERCEPTORS, TraceProducerInterceptor.configDef());
        RULE_KEYS.forEach(key -> found.facts.add(Fact.of("key", ContentRouter.class.getSimpleName(), key)));
        for (String prefix : SourceForms.KEY_PREFIXES) {
            found.facts.add(Fact.of("key", DelaySourceConnector.class.getSimpleName(), prefix + "*"));
            found.facts.add(Fact.of("key", RetrySourceConnector.class.getSimpleName(), prefix + "*"));
        }
        found.facts.add(Fact.of("key", StampTrace.class.getSimpleName(), TransformForms.PRODUCER_PREFIX + "*"));
        found.facts.add(Fact.of("key", TRACE_INTERCEPTORS, InterceptorForms.PRODUCER_PREFIX + "*"));
        found.routingOfProducers();
        return found.facts;
    }

    private void plugin(String kind, Object plugin, ConfigDef definition) {
        facts.add(Fact.of("class", kind, plugin.getClass().getName()));
        keys(plugin.getClass().getSimpleName(), definition);
    }

    private void loadedByName(JavaClass type) {
        boolean isPublic = type.getModifiers().contains(JavaModifier.PUBLIC);
        if (isPublic && type.isAssignableTo(ProducerInterceptor.class)) {
            facts.add(Fact.of("class", "producer interceptor", type.getName()));
        } else if (isPublic && type.isAssignableTo(ConsumerInterceptor.class)) {
            facts.add(Fact.of("class", "consumer interceptor", type.getName()));
        } else if (Bundle.isCommandLine(type)) {
            facts.add(Fact.of("class", "command line", type.getName()));
        }
    }

    private void keys(String owner, ConfigDef definition) {
        boolean hasKeysOfKafka = definition.names().containsAll(List.of("sasl.jaas.config", "ssl.truststore.location"));
        if (hasKeysOfKafka) {
            facts.add(Fact.of("key", owner, "sasl.*"));
            facts.add(Fact.of("key", owner, "ssl.*"));
        }
        definition.configKeys().values().stream()
                .filter(key -> !hasKeysOfKafka || !isOfKafka(key.name))
                .forEach(key -> key(owner, key));
    }

    private static boolean isOfKafka(String key) {
        return key.startsWith("sasl.") || key.startsWith("ssl.");
    }

    private void key(String owner, ConfigKey key) {
        String allowed =
                key.validator == null ? "" : ", " + key.validator.toString().replace(": " + Durations.ALLOWED, "");
        facts.add(new Fact(
                "key",
                owner,
                key.name,
                key.type.name().toLowerCase(Locale.ROOT) + ", "
                        + key.importance.name().toLowerCase(Locale.ROOT) + ", "
                        + (key.hasDefault() ? "optional" : "required") + allowed));
        if (key.hasDefault()) {
            String value = ConfigDef.convertToString(key.defaultValue, key.type);
            facts.add(new Fact(Fact.DEFAULT, owner, key.name, value == null ? "" : value));
        }
    }

    /** Adds the keys of the interceptor. It has no ConfigDef, but the keys of ContentRouter with a prefix. */
    private void routingOfProducers() {
        String owner = RoutingProducerInterceptor.class.getSimpleName();
        RouterConfig absent = RouterConfig.withoutRefusal(Map.of(
                RouterConfig.RULES,
                "any",
                RouterConfig.whenKey("any"),
                "key exists",
                RouterConfig.toKey("any"),
                "orders"));
        Set<String> defined = new ContentRouter<SourceRecord>().config().names();
        Stream<String> keys = Constants.texts(RouterConfig.class).filter(defined::contains);
        Stream.concat(keys, RULE_KEYS.stream())
                .forEach(key -> facts.add(Fact.of("key", owner, RouterConfig.PRODUCER_PREFIX + key)));
        routingDefault(owner, RouterConfig.NO_MATCH_BEHAVIOR, absent.noMatch());
        routingDefault(owner, RouterConfig.ERROR_BEHAVIOR, absent.onError());
        routingDefault(owner, RouterConfig.ERROR_TOPIC, absent.errorTopic());
    }

    private void routingDefault(String owner, String key, Object value) {
        String text = value instanceof Enum<?> choice ? GivenValues.written(choice) : value.toString();
        facts.add(new Fact(Fact.DEFAULT, owner, RouterConfig.PRODUCER_PREFIX + key, text));
    }
}
