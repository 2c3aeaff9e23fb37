/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.delay;

import static org.assertj.core.api.Assertions.assertThat;

import io.kafkacourier.source.Target;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DelayDispatchTest {

    @Test
    void sendsAMessageWhereItSaysElseToTheConfiguredTarget() {
        DelayDispatch dispatch = new DelayDispatch("target_topic", "default", Set.of());

        assertThat(dispatch.target(Messages.at(1, "target_topic", "out"), false))
                .isEqualTo(new Target("out", "header target_topic", true));
        assertThat(dispatch.target(Messages.at(1), false)).isEqualTo(new Target("default", "target.topic", false));
        assertThat(new DelayDispatch("", "", Set.of()).target(Messages.at(1, "", "x"), false))
                .isNull();
    }
}
