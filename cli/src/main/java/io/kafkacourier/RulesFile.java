/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.kafkacourier.core.rule.RouterConfig;
import java.io.IOException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The routing configuration of a file: the properties with the prefix {@code transforms.<alias>.} of a connector, those
 * with the prefix {@code courier.routing.} of a producer, or the whole file.
 */
record RulesFile(Map<String, String> properties, boolean isOfProducer) {

    /** The names under which Connect finds the transformation. */
    private static final Set<String> ROUTER = Set.of("io.kafkacourier.transforms.ContentRouter", "ContentRouter");

    private static final String BYTE_ORDER_MARK = "\uFEFF";
    private static final String OF_CONNECTOR = "transforms.";
    private static final String TYPE = ".type";

    /**
     * Reads a file.
     *
     * @param alias the alias of the transformation; null if there is only one
     * @throws IllegalArgumentException if the file has several routing configurations, or none with the alias
     */
    static RulesFile read(String text, @Nullable String alias) {
        String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
        Map<String, String> all = content.stripLeading().startsWith("{") ? json(content) : properties(content);
        List<String> aliases = all.entrySet().stream()
                .filter(entry -> entry.getKey().startsWith(OF_CONNECTOR)
                        && entry.getKey().endsWith(TYPE)
                        && ROUTER.contains(entry.getValue().strip()))
                .map(entry -> entry.getKey()
                        .substring(OF_CONNECTOR.length(), entry.getKey().length() - TYPE.length()))
                .toList();
        if (alias != null && !aliases.contains(alias)) {
            throw new IllegalArgumentException(
                    "There is no ContentRouter with the alias " + alias + "; there are: " + aliases);
        } else if (alias == null && aliases.size() > 1) {
            throw new IllegalArgumentException(
                    "There are several ContentRouters; name one of them as ALIAS: " + aliases);
        } else if (!aliases.isEmpty()) {
            String prefix = OF_CONNECTOR + (alias == null ? aliases.get(0) : alias) + ".";
            return new RulesFile(behind(prefix, all), false);
        } else if (all.keySet().stream().anyMatch(key -> key.startsWith(RouterConfig.PRODUCER_PREFIX))) {
            return new RulesFile(behind(RouterConfig.PRODUCER_PREFIX, all), true);
        }
        return new RulesFile(all, false);
    }

    /** @throws io.kafkacourier.core.config.InvalidConfigurationException with all mistakes */
    RouterConfig config() {
        return isOfProducer ? RouterConfig.withoutRefusal(properties) : new RouterConfig(properties);
    }

    private static Map<String, String> behind(String prefix, Map<String, String> all) {
        Map<String, String> behind = new LinkedHashMap<>();
        all.forEach((key, value) -> {
            if (key.startsWith(prefix)) {
                behind.put(key.substring(prefix.length()), value);
            }
        });
        return behind;
    }

    private static Map<String, String> properties(String text) {
        Properties properties = new Properties();
        try {
            properties.load(new StringReader(text));
        } catch (IOException e) {
            throw new IllegalArgumentException("The rules cannot be read: " + e.getMessage(), e);
        }
        Map<String, String> all = new TreeMap<>();
        properties.stringPropertyNames().forEach(key -> all.put(key, properties.getProperty(key)));
        return all;
    }

    /**
     * Reads Connect's two forms: the configuration alone, or in the member {@code config} next to the connector's name.
     */
    private static Map<String, String> json(String text) {
        JsonNode file;
        try {
            file = new ObjectMapper().readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The rules are not JSON: " + e.getOriginalMessage(), e);
        }
        Map<String, String> all = new LinkedHashMap<>();
        JsonNode config = file.path("config").isObject() ? file.path("config") : file;
        config.properties()
                .forEach(field -> all.put(field.getKey(), field.getValue().asText()));
        return all;
    }
}
