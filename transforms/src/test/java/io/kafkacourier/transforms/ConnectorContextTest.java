/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.transforms;

import static org.assertj.core.api.Assertions.assertThat;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConnectorContextTest {

    @ParameterizedTest
    @CsvSource(delimiter = ';', nullValues = "-", textBlock = """
            '[orders|task-0] '              ; orders        ; 0
            '[orders|task-12|offsets] '     ; orders        ; 12
            '[orders|worker] '              ; orders        ; -
            '[a|b]c|task-3] '               ; a|b]c         ; 3
            '[my orders|task-1] '           ; my orders     ; 1
            '[a|task-9|task-1] '            ; a|task-9      ; 1
            '[orders|task-x] '              ; orders        ; -
            '[|task-0] '                    ; -             ; -
            '[orders'                       ; -             ; -
            'orders|task-0'                 ; -             ; -
            ''                              ; -             ; -
            -                               ; -             ; -
            """)
    void readsConnectorAndTaskFromTheLoggingContext(
            @Nullable String text, @Nullable String connector, @Nullable Integer task) {
        assertThat(ConnectorContext.parse(text))
                .isEqualTo(new ConnectorContext(connector, connector == null ? null : task));
    }
}
