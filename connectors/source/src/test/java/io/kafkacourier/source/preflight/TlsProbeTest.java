/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.Test;

class TlsProbeTest {

    private final TlsProbe probe = new TlsProbe(Duration.ofSeconds(5));

    @Test
    void recognisesAPortWithTlsByItsAlert() throws Exception {
        try (SSLServerSocket port = (SSLServerSocket) SSLContext.getDefault()
                .getServerSocketFactory()
                .createServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<Void> server = CompletableFuture.runAsync(() -> {
                try (SSLSocket client = (SSLSocket) port.accept()) {
                    client.startHandshake();
                } catch (IOException e) {
                    // to this the port answers with an alert
                }
            });

            assertThat(probe.speaksTls(List.of("127.0.0.1:" + port.getLocalPort())))
                    .isTrue();
            server.join();
        }
    }

    @Test
    void recognisesABrokerByItsAnswer() throws Exception {
        try (ServerSocket port = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            CompletableFuture<byte[]> request = CompletableFuture.supplyAsync(() -> {
                try (Socket client = port.accept()) {
                    byte[] read = client.getInputStream().readNBytes(14);
                    client.getOutputStream().write(new byte[] {0, 0, 0, 10});
                    return read;
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });

            assertThat(probe.speaksTls(List.of("SASL_PLAINTEXT://127.0.0.1:" + port.getLocalPort())))
                    .isFalse();
            assertThat(request.join()).startsWith(0, 0, 0, 10, 0, 18, 0, 0);
        }
    }

    @Test
    void reportsNothingIfNoBrokerAnswers() {
        assertThat(probe.speaksTls(List.of("127.0.0.1:1", "[::1]:1", "no address", "127.0.0.1:99999")))
                .isFalse();
    }
}
