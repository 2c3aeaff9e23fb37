/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerErrorTest {

    /** Reasons that Elasticsearch 8.19.21 and 9.1.4 gave. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            [1:51] failed to parse field [offset] of type [long] in document with id 'x'. Preview of field's value: '4111' | field offset of type long
            [1:52] failed to parse field [_source] of type [_source] in document with id 'x'. Preview of field's value: '1' | metadata field _source
            [1:53] Field [_id] is a metadata field and cannot be added inside a document. Use the index API request parameters. | metadata field _id
            object mapping for [message] tried to parse field [message] as object, but found a concrete value | field message, which is an object
            [1:53] object mapping for [message] tried to parse field [message] as object, but found a concrete value | field message, which is an object
            Cannot write to a field alias [trace.id]. | field trace.id, which is an alias
            [1:44] failed to parse: Cannot write to a field alias [trace.id]. | field trace.id, which is an alias
            [1:59] Cannot copy field [trace_id] to fields [trace.id]. Copy-to currently only works for value-type fields, not objects. | field trace_id, which is copied and can be no object
            [1:22] failed to parse: data stream timestamp field [@timestamp] is missing | field @timestamp
            Document contains at least one immense term in field="code" (whose UTF8 encoding is longer than the max length 32766), all of which were skipped. The prefix of the first immense term is: '[52, 49]...' | field code, a term too long
            [1:90] mapping set to strict, dynamic introduction of [b] within [fixed] is not allowed | field b in fixed, which is strict
            [1:46] failed to parse: [1:51] Duplicate field 'a' at [Source: (byte[])"{4111}"; line: 1, column: 51] | field a, which is there twice
            Limit of total fields [1000] has been exceeded while adding new fields [1] | more fields than the limit of 1000
            mapper [code] cannot be changed from type [long] to [text] | field code
            [1:42] failed to parse: Field name cannot be an empty string | a field with an empty name
            [1:42] failed to parse: field name cannot be an empty string | a field with an empty name
            [1:42] Field name cannot contain only whitespace: [ ] | a field with a blank name
            [1:42] failed to parse: field name cannot contain only dots | a field with a name of dots only
            [1:42] failed to parse: field name starting or ending with a [.] makes object resolution ambiguous: [a. .b] | a field with a misplaced dot in its name
            [1:42] failed to parse: Number value length (1100) exceeds the maximum allowed (1000, from `StreamReadConstraints`) | a number with too many digits
            """)
    void namesTheFieldThatIsAtFault(String reason, String expected) {
        assertThat(new ServerError("document_parsing_exception", reason))
                .hasToString("document_parsing_exception (" + expected + ")");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "secret",
                "something new about 'secret'. failed to parse field [secret] of type [long]",
                "failed to parse field [secret one] of type [long]",
                "failed to parse field [+49 170 4711 secret] of type [long]",
                "Cannot write to a field alias [secret@example.org]."
            })
    void showsNothingThatCouldBeOfTheDocument(String reason) {
        assertThat(new ServerError("document_parsing_exception", reason)).hasToString("document_parsing_exception");
    }

    @Test
    void showsNotTheNameOfADoubledFieldThatCouldBeData() {
        assertThat(new ServerError("x", "[1:51] Duplicate field 'secret@example.org'"))
                .hasToString("x (a field that is there twice)");
    }
}
