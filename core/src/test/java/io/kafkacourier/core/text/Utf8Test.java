/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.text;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class Utf8Test {

    @Property
    void countsBytesAsTheyAreEncoded(@ForAll String text) {
        assertThat(Utf8.length(text)).isEqualTo(text.getBytes(UTF_8).length);
    }
}
