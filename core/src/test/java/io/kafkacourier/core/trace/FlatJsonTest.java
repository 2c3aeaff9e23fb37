/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FlatJsonTest {

    private static final ObjectMapper JACKSON = new ObjectMapper();

    private final FlatJson json = new FlatJson();

    @Test
    void copiesTheMembersOfAnotherObject() {
        FlatJson other = new FlatJson();
        other.number(FlatJson.name("n"), 1);
        other.flag(FlatJson.name("f"), true);

        json.members(other.members());
        json.members(new FlatJson().members());
        json.number(FlatJson.name("m"), Long.MIN_VALUE);

        assertThat(json.toObject()).asString(UTF_8).isEqualTo("{\"n\":1,\"f\":true,\"m\":-9223372036854775808}");
    }

    @Test
    void writesEachKindOfMember() {
        json.text(FlatJson.nameOfText("a"), "b\"\\\n\u0000é😀");
        json.number(FlatJson.name("n"), -105);
        json.flag(FlatJson.name("f"), false);
        json.date(FlatJson.nameOfText("d"), 1_700_000_000_123L);
        json.hex(FlatJson.nameOfText("h"), 0x00f067aa0ba902b7L);
        json.hex(FlatJson.nameOfText("i"), 0x0af7651916cd43ddL, 0x8448eb211c80319cL);

        assertThat(json.toObject()).asString(UTF_8).isEqualTo("""
                {"a":"b\\"\\\\\\u000a\\u0000é😀","n":-105,"f":false,"d":"2023-11-14T22:13:20.123Z",\
                "h":"00f067aa0ba902b7","i":"0af7651916cd43dd8448eb211c80319c"}""");
    }

    @Test
    void writesHalfACharacterAsTheJdkDoes() throws Exception {
        json.text(FlatJson.nameOfText("a"), "x\uD83Dy");

        assertThat(JACKSON.readTree(json.toObject()).get("a").textValue()).isEqualTo("x?y");
    }

    /** Another reader reads back any content of any size. */
    @Property(tries = 500)
    void isReadBack(@ForAll @Size(max = 40) List<String> texts, @ForAll @Size(max = 10) List<Long> numbers)
            throws Exception {
        FlatJson object = new FlatJson();
        object.number(FlatJson.name("n"), 0);
        for (int i = 0; i < texts.size(); i++) {
            object.text(FlatJson.nameOfText("t" + i), texts.get(i));
        }
        for (int i = 0; i < numbers.size(); i++) {
            object.number(FlatJson.name("n" + i), numbers.get(i));
        }

        JsonNode read = JACKSON.readTree(object.toObject());

        assertThat(read.size()).isEqualTo(1 + texts.size() + numbers.size());
        for (int i = 0; i < texts.size(); i++) {
            assertThat(read.get("t" + i).textValue()).isEqualTo(asUtf8(texts.get(i)));
        }
        for (int i = 0; i < numbers.size(); i++) {
            assertThat(read.get("n" + i).longValue()).isEqualTo(numbers.get(i));
        }
    }

    private static String asUtf8(String text) {
        return new String(text.getBytes(UTF_8), UTF_8);
    }
}
