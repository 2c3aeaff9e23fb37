/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.RouterConfig.NoMatch;
import io.kafkacourier.core.rule.RouterConfig.OnError;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RouterConfigTest {

    private static final Map<String, String> SOUND =
            Map.of("rules", "vip", "rules.vip.when", "header.tier == 'vip'", "rules.vip.to", "vip");

    @Test
    void hasTheDefaultsOfTheContract() {
        RouterConfig config = new RouterConfig(SOUND);

        assertThat(config.noMatch()).isEqualTo(NoMatch.PASSTHROUGH);
        assertThat(config.onError()).isEqualTo(OnError.AUTO);
        assertThat(config.errorTopic()).isEqualTo("invalid_routing");
    }

    @Test
    void acceptsValuesThatAreNotText() {
        assertThatCode(() -> new RouterConfig(Map.of(
                        "rules",
                        List.of("vip"),
                        "rules.vip.when",
                        "key exists",
                        "rules.vip.to",
                        "vip",
                        "partition.by",
                        "key",
                        "partition.count",
                        6)))
                .doesNotThrowAnyException();
    }

    @Test
    void allowsNoDroppingOrRefusingIfThatIsNotPossible() {
        Map<String, String> properties = new HashMap<>(SOUND);

        assertThat(RouterConfig.withoutRefusal(properties).onError()).isEqualTo(OnError.ROUTE);

        properties.put("no.match.behavior", "drop");
        properties.put("error.behavior", "auto");
        assertThatThrownBy(() -> RouterConfig.withoutRefusal(properties))
                .hasMessageContainingAll(
                        "no.match.behavior: must be one of: passthrough, route",
                        "error.behavior: must be one of: passthrough, route");
    }

    @Test
    void ignoresKeysOfOthers() {
        assertThatCode(() -> with("type", "x", "predicate", "p", "negate", "true"))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', quoteCharacter = '"', textBlock = """
            rules.vip.when      ; ''                     ; rules.vip.when: is missing; allowed: a condition such as
            rules.vip.to        ; ''                     ; rules.vip.to: is missing; allowed: a topic such as
            rules.vip.when      ; value.x = 1            ; rules.vip.when: at position 9 expected: ==
            rules.vip.to        ; a b                    ; rules.vip.to: has a character other than
            rules.vip.to        ; __internal             ; rules.vip.to: is an internal topic
            rules.vip.to        ; ${value.x              ; rules.vip.to: at position 10 expected: '|' and a default, or '}'
            rules.vip.to        ; ${valu.x}              ; rules.vip.to: at position 3 expected: topic, partition
            rules.vip.to        ; ${value.x|un           ; rules.vip.to: at position 13 expected: '}'
            rules.vip.to        ; ${value.x}             ; topics.allow: is required, because rules.vip.to takes the topic from the record
            rules.vip.whem      ; x                      ; rules.vip.whem: is not known; allowed: rules.<name>.when and rules.<name>.to
            rules.other.to      ; x                      ; rules.other.to: is not known; allowed: rules.<name>.when and rules.<name>.to, where <name> is one of [vip]
            rules               ; vip,vip                ; rules: names the rule vip twice
            rules               ; vip,                   ; rules: has a rule without name
            topics.allow        ; (                      ; topics.allow: is not a regular expression of RE2
            topics.allow        ; other                  ; rules.vip.to: is not allowed by topics.allow
            partition.by        ; header.x               ; partition.count: is required with partition.by; allowed: how many
            partition.by        ; headers.x              ; partition.by: at position 1 expected: topic, partition
            partition.count     ; 0                      ; partition.count: must be a whole number from 1
            partition.count     ; many                   ; partition.count: is not a whole number; it must be a whole number from 1
            no.match.behavior   ; route                  ; no.match.topic: is required with no.match.behavior=route
            no.match.behavior   ; ignore                 ; no.match.behavior: must be one of: passthrough, route, drop, fail
            no.match.topic      ; a b                    ; no.match.topic: has a character other than
            error.behavior      ; ignore                 ; error.behavior: must be one of: auto, route, fail, passthrough, drop
            error.topic         ; ..                     ; error.topic: is . or ..; allowed: the name of a topic
            topics.allow.internal ; _a,,_b              ; topics.allow.internal: has a name that is empty; allowed: names of topics
            topics.allow.internal ; _a b                ; topics.allow.internal: has a name that has a character other than
            topics.cache.size   ; -1                     ; topics.cache.size: must be a whole number from 0 to 1000000
            """)
    void namesKeyAndWhatIsAllowed(String key, String value, String message) {
        assertThatThrownBy(() -> with(key, value.equals("''") ? "" : value))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(" for configuration " + message);
    }

    @Test
    void reportsOneMistakeOnce() {
        assertThatThrownBy(() -> with("topics.allow", "(", "rules.vip.to", "${value.x}"))
                .hasMessageContaining("is not a regular expression")
                .hasMessageNotContaining("mistakes")
                .hasMessageNotContaining("is required");
        assertThatThrownBy(() -> with("no.match.behavior", "route", "no.match.topic", "a b"))
                .hasMessageNotContaining("mistakes");
        assertThatThrownBy(() -> with("partition.by", "key", "partition.count", "0"))
                .hasMessageNotContaining("mistakes");
    }

    @Test
    void reportsAllMistakesTogether() {
        assertThatThrownBy(() -> with(
                        "rules",
                        "vip,eu,eu",
                        "rules.vip.when",
                        "value.x = 1",
                        "rules.eu.to",
                        "${value.x}",
                        "rules.us.to",
                        "us",
                        "partition.by",
                        "key",
                        "no.match.behavior",
                        "route",
                        "error.topic",
                        "a b"))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageStartingWith("8 mistakes in the configuration:\n")
                .hasMessageContainingAll(
                        "configuration error.topic: ",
                        "configuration rules: names the rule eu twice",
                        "configuration rules.us.to: is not known",
                        "configuration rules.vip.when: at position 9",
                        "configuration rules.eu.when: is missing",
                        "configuration topics.allow: is required",
                        "configuration partition.count: is required",
                        "configuration no.match.topic: is required");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "header.tier == 'vip'",
                "value.x == 1 and header.tier == 'vip'",
                "header.tier  ==  'vip' and header.tier == 'vip'"
            })
    void refusesARuleThatNeverMatches(String when) {
        assertThatThrownBy(() -> with("rules", "vip,late", "rules.late.when", when, "rules.late.to", "late"))
                .hasMessageContaining("rules.late.when: never matches: the rule vip comes first");
    }

    @Test
    void comparesRulesThatRepeatATest() {
        assertThatThrownBy(() -> with(
                        "rules.vip.when",
                        "key exists and key exists",
                        "rules",
                        "vip,late",
                        "rules.late.when",
                        "topic == 'a' and key exists",
                        "rules.late.to",
                        "late"))
                .hasMessageContaining("rules.late.when: never matches");
    }

    @Test
    void acceptsRulesThatDifferInOneTest() {
        assertThatCode(() ->
                        with("rules", "vip,late", "rules.late.when", "header.tier == 'gold'", "rules.late.to", "late"))
                .doesNotThrowAnyException();
    }

    @Test
    void acceptsNoRulesOnlyIfThatHasAnEffect() {
        assertThatThrownBy(() -> new RouterConfig(Map.of())).hasMessageContaining("rules: names no rule");
        assertThatCode(() -> new RouterConfig(Map.of("no.match.behavior", "route", "no.match.topic", "t")))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesFixedPartsOfATemplateThatNoTopicCanHave() {
        assertThatThrownBy(() -> with("topics.allow", ".*", "rules.vip.to", "a/${value.x}"))
                .hasMessageContaining("rules.vip.to: has 'a/'; allowed");
        assertThatThrownBy(() -> with("topics.allow", ".*", "rules.vip.to", "${value.x|?}"))
                .hasMessageContaining("rules.vip.to: has '?'; allowed");
    }

    private static RouterConfig with(String... keysAndValues) {
        Map<String, String> properties = new HashMap<>(SOUND);
        for (int i = 0; i < keysAndValues.length; i += 2) {
            properties.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return new RouterConfig(properties);
    }
}
