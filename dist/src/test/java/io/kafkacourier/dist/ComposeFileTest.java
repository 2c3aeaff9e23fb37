/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Tests the ports of the compose file, which starts services without passwords. */
class ComposeFileTest {

    @Test
    void everyPortIsOpenToThisMachineOnly() throws IOException {
        List<String> ports = Pattern.compile("ports: \\[([^]]*)]")
                .matcher(Files.readString(Path.of("..", "docker", "compose.yaml")))
                .results()
                .map(match -> match.group(1))
                .toList();

        assertThat(ports).hasSize(3).allMatch(port -> port.matches("\"127\\.0\\.0\\.1:\\d+:\\d+\""));
    }
}
