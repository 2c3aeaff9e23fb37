/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;

/**
 * Does what Elasticsearch does on a port with TLS: answers a TLS handshake, here with an alert, and closes any other
 * connection without a word.
 */
public final class TlsOnlyServer implements AutoCloseable {

    private static final int HANDSHAKE = 0x16;
    private static final byte[] HANDSHAKE_FAILURE = {0x15, 3, 3, 0, 2, 2, 40};

    private final ServerSocket socket = new ServerSocket(0);

    private final byte[] plainAnswer;

    public TlsOnlyServer() throws IOException {
        this("");
    }

    /** @param plainAnswer what it answers to anything but a handshake, as nginx does; empty if nothing */
    TlsOnlyServer(String plainAnswer) throws IOException {
        this.plainAnswer = plainAnswer.getBytes(US_ASCII);
        Thread thread = new Thread(this::serve, "tls-only-server");
        thread.setDaemon(true);
        thread.start();
    }

    public int port() {
        return socket.getLocalPort();
    }

    private void serve() {
        while (!socket.isClosed()) {
            try (Socket connection = socket.accept()) {
                InputStream in = connection.getInputStream();
                byte[] begin = new byte[4096];
                int length = in.read(begin);
                if (length > 0 && begin[0] == HANDSHAKE) {
                    connection.getOutputStream().write(HANDSHAKE_FAILURE);
                } else {
                    connection.getOutputStream().write(plainAnswer);
                }
            } catch (IOException closed) {
                // The client went away, or the test is over, which the loop looks at.
            }
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
