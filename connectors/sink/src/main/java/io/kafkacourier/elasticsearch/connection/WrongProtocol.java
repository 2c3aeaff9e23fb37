/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import org.apache.http.ConnectionClosedException;
import org.apache.http.HttpHost;
import org.jspecify.annotations.Nullable;

/**
 * A port speaks TLS and is configured as http://, or the other way round. Many servers, including Elasticsearch, close such a
 * connection without an answer, which looks like a restart. So the port is tried with the other protocol.
 */
final class WrongProtocol extends IOException {

    private static final long serialVersionUID = 1L;
    private static final byte[] HTTP = "HTTP/".getBytes(US_ASCII);

    private WrongProtocol(HttpHost host, String problem) {
        super(host.toURI() + problem);
    }

    /** Whether {@link #at} may explain a failure: the server closed the connection. */
    static boolean mayExplain(Throwable failure) {
        return failure instanceof ConnectionClosedException
                || failure instanceof EOFException
                || (failure instanceof SSLException && failure.getCause() instanceof EOFException);
    }

    /**
     * Tries a port with both protocols. Sends no credentials.
     *
     * @return null unless the port speaks the other protocol and not the configured one; some servers answer plain HTTP on a
     *     port for TLS, with an error
     */
    static @Nullable WrongProtocol at(HttpHost host, int timeoutMs) {
        boolean tls = host.getSchemeName().equals("https");
        Attempt own = tls ? WrongProtocol::answersTls : WrongProtocol::answersHttp;
        Attempt other = tls ? WrongProtocol::answersHttp : WrongProtocol::answersTls;
        if (!isAnswered(host, timeoutMs, other) || isAnswered(host, timeoutMs, own)) {
            return null;
        }
        return new WrongProtocol(
                host, tls ? " does not speak TLS on this port: use http://" : " speaks TLS on this port: use https://");
    }

    private interface Attempt {
        boolean isAnswered(Socket socket, HttpHost host) throws IOException, GeneralSecurityException;
    }

    private static boolean isAnswered(HttpHost host, int timeoutMs, Attempt attempt) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host.getHostName(), host.getPort()), timeoutMs);
            socket.setSoTimeout(timeoutMs);
            return attempt.isAnswered(socket, host);
        } catch (IOException | GeneralSecurityException notThatEither) {
            return false;
        }
    }

    private static boolean answersHttp(Socket socket, HttpHost host) throws IOException {
        socket.getOutputStream()
                .write(("HEAD / HTTP/1.1\r\nHost: " + host.toHostString() + "\r\nConnection: close\r\n\r\n")
                        .getBytes(US_ASCII));
        return Arrays.equals(socket.getInputStream().readNBytes(HTTP.length), HTTP);
    }

    private static boolean answersTls(Socket plain, HttpHost host) throws IOException, GeneralSecurityException {
        boolean closesPlain = true;
        try (SSLSocket socket = (SSLSocket) Tls.trustingEverybody()
                .getSocketFactory()
                .createSocket(plain, host.getHostName(), host.getPort(), closesPlain)) {
            socket.startHandshake();
            return true;
        } catch (SSLException refused) {
            // A server that refuses the handshake with an alert speaks TLS too.
            return String.valueOf(refused.getMessage()).contains("Received fatal alert");
        } catch (SocketException | SocketTimeoutException | EOFException broken) {
            return false;
        }
    }
}
