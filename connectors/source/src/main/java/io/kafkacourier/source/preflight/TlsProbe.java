/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out whether a broker's port expects TLS, before a client without TLS connects to it. Such a port answers with a TLS
 * alert. Kafka's clients read the alert as the size of a response, allocate 350 MB for it again and again, and finally
 * report only that no broker answered (KAFKA-4090).
 */
final class TlsProbe {

    private static final Logger log = LoggerFactory.getLogger(TlsProbe.class);

    /** A name or an address, as Kafka reads it, and a port. */
    private static final Pattern ADDRESS = Pattern.compile("(?:.*//)?\\[?([0-9a-zA-Z\\-%._:]+?)\\]?:([0-9]+)");

    /** A request for the API versions, which every broker answers even without authentication. */
    private static final byte[] API_VERSIONS = ByteBuffer.allocate(14)
            .putInt(10)
            .putShort((short) 18)
            .putShort((short) 0)
            .putInt(0)
            .putShort((short) -1)
            .array();

    /** The first byte of a TLS alert. The first byte of a Kafka response is the highest byte of its size, which is 0. */
    private static final int TLS_ALERT = 0x15;

    /** Limits how long a check takes if no broker answers. */
    private static final int MOST_ASKED = 2;

    private final int limitMs;

    /** @param limit how long to wait for each broker: once for the connection, and once for the answer */
    TlsProbe(Duration limit) {
        this.limitMs = (int) limit.toMillis();
    }

    /** Whether the first of two brokers that answers expects TLS; false if neither answers. */
    boolean speaksTls(List<String> servers) {
        for (String server : servers.subList(0, Math.min(servers.size(), MOST_ASKED))) {
            Matcher address = ADDRESS.matcher(server.strip());
            if (address.matches()) {
                try {
                    return speaksTls(InetAddress.getAllByName(address.group(1))[0], Integer.parseInt(address.group(2)));
                } catch (IOException | IllegalArgumentException e) {
                    log.debug("{} does not say whether it speaks TLS", server, e);
                }
            }
        }
        return false;
    }

    private boolean speaksTls(InetAddress address, int port) throws IOException {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), limitMs);
            socket.setSoTimeout(limitMs);
            socket.getOutputStream().write(API_VERSIONS);
            return new DataInputStream(socket.getInputStream()).readUnsignedByte() == TLS_ALERT;
        }
    }
}
