/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.ConnectionClosedException;
import org.apache.http.ProtocolException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class ConnectionFaultTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            200 |               |                             | does not identify itself as Elasticsearch
            200 | OpenSearch    |                             | does not identify itself as Elasticsearch
            404 |               | no such template            | 404 without the header X-Elastic-Product
            405 |               |                             | does not identify itself as Elasticsearch
            301 |               |                             | answers with a redirect (301)
            308 | Elasticsearch |                             | answers with a redirect (308)
            400 |               | <h1>The plain HTTP request was sent to HTTPS port</h1> | speaks TLS on this port: use https://
            400 |               | Client sent an HTTP request to an HTTPS server. | speaks TLS on this port: use https://
            400 | Elasticsearch | media_type_header_exception | is not Elasticsearch 8 or 9
            401 | Elasticsearch | security_exception          | does not accept the credentials (401)
            401 |               |                             | does not accept the credentials (401)
            403 | Elasticsearch | security_exception          | lacks a privilege (403)
            403 |               | security_exception          | lacks a privilege (403)
            403 |               | <html>blocked</html>        | proxy or firewall
            406 |               | not supported               | is not Elasticsearch 8 or 9
            415 | Elasticsearch | not supported               | is not Elasticsearch 8 or 9
            407 |               |                             | the proxy does not accept the credentials (407)
            """)
    void namesTheLikelyCauseOfAnAnswerThatNeverGetsBetter(int status, String product, String body, String cause) {
        ConnectionFault fault = ConnectionFault.ofAnswer(status, product, body == null ? "" : body);
        assertThat(Objects.requireNonNull(fault).likelyCause())
                .startsWith("A server of elasticsearch.hosts")
                .contains(cause);
    }

    @ParameterizedTest
    @CsvSource({
        "200, Elasticsearch",
        "201, Elasticsearch",
        "400, Elasticsearch",
        "400,",
        "404, Elasticsearch",
        "405, Elasticsearch",
        "408,",
        "413,",
        "429,",
        "500,",
        "502,",
        "503,",
        "504,"
    })
    void findsNoFaultInAnAnswerThatMayPass(int status, String product) {
        assertThat(ConnectionFault.ofAnswer(status, product, "illegal_argument_exception"))
                .isNull();
    }

    static List<Throwable> passing() {
        return List.of(
                new ConnectException("Connection refused"),
                new SocketTimeoutException("60,000 milliseconds timeout"),
                new UnknownHostException("es"),
                new SocketException("Connection reset"),
                new ConnectionClosedException("Connection is closed"),
                new IOException("disk"),
                new IllegalStateException("closed"),
                new SSLException("readHandshakeRecord", new SocketException("Broken pipe")),
                caused(new SSLHandshakeException("Remote host terminated the handshake"), new EOFException()),
                new SSLException("Received fatal alert: internal_error"),
                new SSLException("closing inbound before receiving peer's close_notify"));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void findsNoFaultInAFailureThatMayPass(Throwable failure) {
        assertThat(ConnectionFault.of(failure)).isNull();
        assertThat(ConnectionFault.of(new ExecutionException(failure))).isNull();
    }

    static Stream<Arguments> lasting() {
        return Stream.of(
                Arguments.of(
                        new SSLException("Unrecognized SSL message, plaintext connection?"),
                        "does not speak TLS on this port: use http://"),
                Arguments.of(
                        new SSLException("Unsupported or unrecognized SSL message"),
                        "does not speak TLS on this port: use http://"),
                Arguments.of(
                        new SSLPeerUnverifiedException("Certificate for <es> doesn't match any of [a]"),
                        "a certificate for another host name (Certificate for <es> doesn't match any of [a])"),
                Arguments.of(
                        caused(
                                new SSLHandshakeException("PKIX"),
                                new CertificateException("PKIX path building failed")),
                        "a certificate that is not trusted (PKIX path building failed); see elasticsearch.ca.path"),
                Arguments.of(
                        caused(new SSLHandshakeException("PKIX"), new CertificateExpiredException("NotAfter: 2020")),
                        "a certificate that has expired"),
                Arguments.of(
                        caused(
                                new SSLHandshakeException("PKIX"),
                                new CertPathValidatorException("timestamp", null, null, -1, BasicReason.EXPIRED)),
                        "a certificate that has expired"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: certificate_required"),
                        "asks for a certificate of the client"),
                Arguments.of(
                        new SSLHandshakeException("Received fatal alert: protocol_version"),
                        "cannot agree on TLS (Received fatal alert: protocol_version)"),
                Arguments.of(new ProtocolException("Not a valid protocol version"), "does not answer with HTTP"));
    }

    @ParameterizedTest
    @MethodSource("lasting")
    void namesTheLikelyCauseOfAFailureThatNeverGetsBetter(Throwable failure, String cause) {
        for (Throwable wrapped : List.of(failure, new CompletionException(new IOException(failure)))) {
            ConnectionFault fault = ConnectionFault.of(wrapped);
            assertThat(Objects.requireNonNull(fault).likelyCause()).contains(cause);
        }
    }

    @Test
    void namesTheServerIfItIsKnown() {
        ConnectionFault fault =
                ConnectionFault.of(new SSLException("Unsupported or unrecognized SSL message"), "https://es:9200");
        assertThat(fault)
                .isEqualTo(new ConnectionFault("https://es:9200 does not speak TLS on this port: use http://"));
    }

    @Test
    void endsInACircleOfCauses() {
        IOException first = new IOException("a");
        IOException second = new IOException("b", first);
        first.initCause(second);
        assertThat(ConnectionFault.of(first)).isNull();
    }

    private static Throwable caused(Throwable failure, Throwable cause) {
        failure.initCause(cause);
        return failure;
    }
}
