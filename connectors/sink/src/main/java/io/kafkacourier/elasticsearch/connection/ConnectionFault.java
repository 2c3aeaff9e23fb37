/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import co.elastic.clients.elasticsearch._types.ElasticsearchException;
import co.elastic.clients.transport.TransportException;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.apache.http.ProtocolException;
import org.apache.http.util.EntityUtils;
import org.elasticsearch.client.Response;
import org.elasticsearch.client.ResponseException;
import org.jspecify.annotations.Nullable;

/**
 * A fault of the connection that waiting does not cure: the server is not Elasticsearch 8 or 9, TLS fails, or the credentials
 * are refused. Somebody has to change the configuration, the server, or something between the two.
 *
 * @param likelyCause one sentence for operators, without a full stop; it never contains payload or secrets
 */
public record ConnectionFault(String likelyCause) {

    /** The header with which Elasticsearch 7.14 and later identifies itself. */
    public static final String PRODUCT_HEADER = "X-Elastic-Product";

    private static final String PRODUCT = "Elasticsearch";
    private static final String ANY_SERVER = "A server of " + ConnectionConfig.HOSTS;
    private static final String NOT_ELASTICSEARCH =
            " is not Elasticsearch 8 or 9 (OpenSearch and earlier versions answer like this)";
    private static final int MAX_BODY = 64 * 1024;

    /** How servers and proxies answer plain HTTP on a port for TLS: nginx, Go, Apache, Jetty and others. */
    private static final Pattern WANTS_TLS = Pattern.compile(
            "plain HTTP request was sent to (an )?HTTPS|HTTP request to an HTTPS server|speaking plain HTTP to an SSL"
                    + "|requires TLS|requires SSL",
            Pattern.CASE_INSENSITIVE);

    private static final Pattern ALERT = Pattern.compile("Received fatal alert: (\\w+)");

    /** Alerts by which a server refuses a client's certificate, or asks for one. */
    private static final Set<String> CLIENT_CERTIFICATE = Set.of(
            "certificate_required",
            "bad_certificate",
            "unsupported_certificate",
            "certificate_revoked",
            "certificate_expired",
            "certificate_unknown",
            "unknown_ca",
            "access_denied");

    /**
     * The fault behind a request that failed, whether it was answered or not.
     *
     * @return null if the failure may pass: refused, timed out, reset or closed connections, unknown hosts, overload
     */
    public static @Nullable ConnectionFault of(Throwable failure) {
        return of(failure, ANY_SERVER);
    }

    /** As {@link #of(Throwable)}, with the server's name for the sentence, such as {@code https://es:9200}. */
    static @Nullable ConnectionFault of(Throwable failure, String server) {
        List<Throwable> causes = causes(failure);
        for (Throwable cause : causes) {
            if (cause instanceof ResponseException answered) {
                return ofResponse(answered.getResponse(), server);
            } else if (cause instanceof ElasticsearchException refused) {
                return ofAnswer(
                        refused.status(),
                        PRODUCT,
                        String.valueOf(refused.error().type()),
                        server);
            } else if (cause instanceof TransportException unexpected) {
                String product = unexpected.response().header(PRODUCT_HEADER);
                return ofAnswer(unexpected.statusCode(), product, "", server);
            } else if (cause instanceof WrongProtocol wrong) {
                return new ConnectionFault(String.valueOf(wrong.getMessage()));
            } else if (cause instanceof ProtocolException) {
                return new ConnectionFault(server + " does not answer with HTTP; if it speaks TLS, use https://");
            } else if (cause instanceof SSLException tls) {
                String problem = tlsProblem(tls, causes);
                return problem == null ? null : new ConnectionFault(server + problem);
            }
        }
        return null;
    }

    /**
     * The fault behind an answer.
     *
     * @param product the header {@value #PRODUCT_HEADER}, null if the answer had none
     * @param bodyOrType the body of the answer, or the type of the error in it; empty if there was none
     * @return null if the answer shows no such fault. A 403 without the product header counts as a fault here, but may also
     *     come from a firewall that refuses one document
     */
    public static @Nullable ConnectionFault ofAnswer(int status, @Nullable String product, String bodyOrType) {
        return ofAnswer(status, product, bodyOrType, ANY_SERVER);
    }

    /** As {@link #ofAnswer(int, String, String)}, with the server's name for the sentence. */
    static @Nullable ConnectionFault ofAnswer(int status, @Nullable String product, String bodyOrType, String server) {
        String problem = problem(status, PRODUCT.equals(product), bodyOrType);
        return problem == null ? null : new ConnectionFault(server + problem);
    }

    private static @Nullable String problem(int status, boolean identified, String body) {
        if (status >= 300 && status < 400) {
            return " answers with a redirect (" + status + "); " + ConnectionConfig.HOSTS
                    + " must name the address that it points to";
        }
        return switch (status) {
            case 400 -> badRequest(body);
            case 401 -> " does not accept the credentials (401)";
            // Elasticsearch's own check of privileges answers without the product header.
            case 403 ->
                identified || body.contains("security_exception")
                        ? " knows the user or API key, but that lacks a privilege (403)"
                        : " refuses the request (403), and is not Elasticsearch or is behind a proxy or firewall that refuses it";
            case 404, 405, 410, 501, 505 -> identified ? null : unidentified(status);
            case 406, 415 -> NOT_ELASTICSEARCH + ": it does not accept the media type of the request (" + status + ")";
            case 407 ->
                " cannot be reached because the proxy does not accept the credentials (407); see "
                        + ConnectionConfig.PROXY_USERNAME;
            default -> status >= 200 && status < 300 && !identified ? unidentified(status) : null;
        };
    }

    private static @Nullable String badRequest(String body) {
        if (WANTS_TLS.matcher(body).find()) {
            return " speaks TLS on this port: use https://";
        }
        return body.contains("media_type_header_exception")
                ? NOT_ELASTICSEARCH + ": it does not accept the media type of the request (400)"
                : null;
    }

    private static String unidentified(int status) {
        return " does not identify itself as Elasticsearch (" + status + " without the header " + PRODUCT_HEADER
                + "): it is something else, such as OpenSearch, or a proxy drops that header or serves it at another path";
    }

    private static @Nullable ConnectionFault ofResponse(Response response, String server) {
        String body = "";
        try {
            if (response.getEntity() != null
                    && response.getEntity().isRepeatable()
                    && response.getEntity().getContentLength() < MAX_BODY) {
                body = EntityUtils.toString(response.getEntity());
            }
        } catch (IOException | RuntimeException unreadable) {
            // The status and the headers are judged without it.
            body = "";
        }
        return ofAnswer(response.getStatusLine().getStatusCode(), response.getHeader(PRODUCT_HEADER), body, server);
    }

    /** Null if the connection broke while TLS was in use, which says nothing about TLS. */
    private static @Nullable String tlsProblem(SSLException failure, List<Throwable> causes) {
        if (causes.stream().anyMatch(ConnectionFault::isBrokenConnection)) {
            return null;
        }
        String message = String.valueOf(failure.getMessage());
        if (message.contains("SSL message")) {
            return " does not speak TLS on this port: use http://";
        } else if (failure instanceof SSLPeerUnverifiedException) {
            return " has a certificate for another host name (" + message + ")";
        }
        Matcher alert = ALERT.matcher(message);
        if (alert.find() && CLIENT_CERTIFICATE.contains(alert.group(1))) {
            return " asks for a certificate of the client, or does not accept the one it was given (" + alert.group(1)
                    + ")";
        }
        String certificate = certificateProblem(causes);
        if (certificate != null) {
            return certificate;
        }
        boolean certain = failure instanceof SSLHandshakeException
                || causes.stream().anyMatch(cause -> cause instanceof GeneralSecurityException);
        return certain ? " and the worker cannot agree on TLS (" + message + ")" : null;
    }

    private static @Nullable String certificateProblem(List<Throwable> causes) {
        Throwable deepest = null;
        for (Throwable cause : causes) {
            if (cause instanceof CertificateExpiredException
                    || (cause instanceof CertPathValidatorException path
                            && path.getReason() == CertPathValidatorException.BasicReason.EXPIRED)) {
                return " has a certificate that has expired";
            } else if (cause instanceof CertificateNotYetValidException
                    || (cause instanceof CertPathValidatorException path
                            && path.getReason() == CertPathValidatorException.BasicReason.NOT_YET_VALID)) {
                return " has a certificate that is not valid yet";
            } else if (cause instanceof CertificateException
                    && String.valueOf(cause.getMessage()).startsWith("No ")) {
                // "No name matching ...", "No subject alternative ...": of the runtime's own check of host names.
                return " has a certificate for another host name (" + cause.getMessage() + ")";
            } else if (cause instanceof GeneralSecurityException) {
                deepest = cause;
            }
        }
        return deepest == null
                ? null
                : " has a certificate that is not trusted (" + deepest.getMessage() + "); see "
                        + ConnectionConfig.CA_PATH;
    }

    private static boolean isBrokenConnection(Throwable cause) {
        return cause instanceof SocketException
                || cause instanceof SocketTimeoutException
                || cause instanceof EOFException
                || cause instanceof ClosedChannelException;
    }

    private static List<Throwable> causes(Throwable failure) {
        Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        List<Throwable> causes = new ArrayList<>();
        for (Throwable cause = failure; cause != null && seen.add(cause); cause = cause.getCause()) {
            causes.add(cause);
        }
        return causes;
    }
}
