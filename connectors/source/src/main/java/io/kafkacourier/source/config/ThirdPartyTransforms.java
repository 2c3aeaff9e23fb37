/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.config;

import io.kafkacourier.kafka.config.CheckedConfig;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Requires a predicate for transforms that are not part of this bundle. Without a predicate, Connect applies a transform to
 * every record of a connector: also to records on their way between tiers, refused records and trace events.
 */
public final class ThirdPartyTransforms {

    private static final String TRANSFORMS = "transforms";
    private static final String PREDICATES = "predicates";
    private static final String OURS = "io.kafkacourier.transforms.";
    private static final String IS_DUE = OURS + "predicates.IsDue";

    /** Connect also accepts these short names of the bundle's transforms. */
    private static final Set<String> OURS_BY_SHORT_NAME = Set.of("ContentRouter", "StampTrace", "RestoreOrigin");

    private ThirdPartyTransforms() {}

    /** Refuses each such transform without a predicate. */
    public static void check(CheckedConfig checked) {
        find(checked.properties()).forEach(checked::addError);
    }

    /** The problems of such transforms without a predicate, by the missing key. */
    public static Map<String, String> find(Map<String, String> properties) {
        Map<String, String> found = new LinkedHashMap<>();
        for (String alias : items(properties.get(TRANSFORMS))) {
            String prefix = TRANSFORMS + "." + alias + ".";
            String type = properties.get(prefix + "type");
            String predicate = properties.get(prefix + "predicate");
            if (type != null && !isOurs(type.strip()) && (predicate == null || predicate.isBlank())) {
                found.put(prefix + "predicate", whatIsAllowed(properties, alias, type.strip()));
            }
        }
        return found;
    }

    private static boolean isOurs(String type) {
        return type.startsWith(OURS) || OURS_BY_SHORT_NAME.contains(type);
    }

    private static String whatIsAllowed(Map<String, String> properties, String alias, String type) {
        String others = String.join(",", items(properties.get(PREDICATES)));
        return "must be set: without a predicate the transform " + alias + " (" + type + ") also sees records on"
                + " their way between tiers, refused records and trace events. It sees only messages with " + TRANSFORMS
                + "."
                + alias + ".predicate=isDue, " + PREDICATES + "=" + (others.isEmpty() ? "" : others + ",") + "isDue, "
                + PREDICATES + ".isDue.type=" + IS_DUE;
    }

    private static List<String> items(@Nullable String list) {
        return list == null || list.isBlank()
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }
}
