/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.kafka.common.utils.Utils;

class Murmur2Test {

    @Property
    void equalsTheHashOfKafkasDefaultPartitioner(@ForAll byte[] data) {
        assertThat(Murmur2.hash(data)).isEqualTo(Utils.murmur2(data));
    }
}
