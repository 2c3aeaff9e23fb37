/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** An HTTP proxy that opens tunnels to ports of this machine, whatever host they are asked for. */
final class TunnelProxy implements AutoCloseable {

    private final ServerSocket socket = new ServerSocket(0);
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final String wanted;

    /** @param wanted what a request has to have among its headers; empty if nothing */
    TunnelProxy(String wanted) throws IOException {
        this.wanted = wanted;
        start(() -> {
            while (!socket.isClosed()) {
                Socket client = socket.accept();
                start(() -> serve(client));
            }
        });
    }

    String url() {
        return "http://localhost:" + socket.getLocalPort();
    }

    /** The request lines that were granted. */
    List<String> requests() {
        return requests;
    }

    private interface Step {
        void run() throws IOException;
    }

    private static void start(Step step) {
        Thread thread = new Thread(
                () -> {
                    try {
                        step.run();
                    } catch (IOException closed) {
                        Thread.currentThread().interrupt();
                    }
                },
                "tunnel-proxy");
        thread.setDaemon(true);
        thread.start();
    }

    private void serve(Socket client) throws IOException {
        String head = head(client.getInputStream());
        if (!head.contains(wanted)) {
            answer(client, "407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm=\"p\"");
            client.close();
            return;
        }
        requests.add(head.lines().findFirst().orElse(""));
        int port = Integer.parseInt(head.replaceAll("(?s)^CONNECT [^ ]*:(\\d+) .*", "$1"));
        Socket server = new Socket("localhost", port);
        answer(client, "200 Connection established");
        start(() -> {
            client.getInputStream().transferTo(server.getOutputStream());
            server.close();
        });
        server.getInputStream().transferTo(client.getOutputStream());
        client.close();
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                throw new IOException("closed");
            }
            head.append((char) next);
        }
        return head.toString();
    }

    private static void answer(Socket client, String status) throws IOException {
        client.getOutputStream().write(("HTTP/1.1 " + status + "\r\n\r\n").getBytes(ISO_8859_1));
        client.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
