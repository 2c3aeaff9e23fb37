/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import io.kafkacourier.kafka.admin.ClusterAdmin;
import io.kafkacourier.kafka.admin.ClusterFacts;
import io.kafkacourier.kafka.admin.Patience;
import io.kafkacourier.source.config.Behaviour;
import io.kafkacourier.source.config.ClientSecurity;
import io.kafkacourier.source.config.SourceConfig;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * The connector's access to the cluster: an admin client, and a second one with the credentials of the consumer, if the two
 * differ.
 */
public final class ClusterAccess implements AutoCloseable {

    private static final String INHERITS_NOTHING =
            " A connector inherits none of the worker's settings: if the worker sets security.protocol, sasl.* or"
                    + " ssl.*, repeat them in the connector's configuration";

    private static final TlsProbe TLS_PROBE = new TlsProbe(Duration.ofSeconds(1));

    private final Behaviour behaviour;
    private final SourceConfig config;
    private final Function<Map<String, Object>, Admin> admins;
    private final ClusterAdmin admin;
    private final ClusterAdmin reader;

    private ClusterAccess(Behaviour behaviour, Function<Map<String, Object>, Admin> admins, String clientId) {
        this.behaviour = behaviour;
        this.config = behaviour.config();
        this.admins = admins;
        ClientSecurity ofAdmin = config.adminSecurity();
        ClientSecurity ofConsumer = config.consumerSecurity();
        admin = open(ofAdmin, config.adminProperties(clientId));
        try {
            reader = ofConsumer.isSameAs(ofAdmin)
                    ? admin
                    : open(ofConsumer, config.consumerAdminProperties(clientId + "-consumer"));
        } catch (NoAccessException e) {
            admin.closeAtOnce();
            throw e;
        }
    }

    /**
     * Creates the clients.
     *
     * @param admins creates an admin client from its properties
     * @throws NoAccessException if their settings are invalid
     */
    public static ClusterAccess open(
            Behaviour behaviour, Function<Map<String, Object>, Admin> admins, String clientId) {
        return new ClusterAccess(behaviour, admins, clientId);
    }

    /**
     * Waits until the cluster accepts the clients.
     *
     * @param limit how long to wait for all of them
     * @throws NoAccessException if the cluster does not accept them
     */
    public void await(Duration limit, Patience patience) {
        require(config.adminSecurity(), admin, limit, patience);
        if (reader != admin) {
            require(config.consumerSecurity(), reader, limit, patience);
        }
    }

    /** Compares the configuration with the cluster. */
    public SourcePreflight preflight(Patience patience) {
        ClusterFacts facts = admin.facts(patience);
        return new SourcePreflight(behaviour, facts, reader == admin ? facts : reader.facts(patience));
    }

    /** The admin client; closed with this. */
    public ClusterAdmin admin() {
        return admin;
    }

    /** Closes the clients at once. */
    @Override
    public void close() {
        admin.closeAtOnce();
        if (reader != admin) {
            reader.closeAtOnce();
        }
    }

    private ClusterAdmin open(ClientSecurity security, Map<String, Object> properties) {
        if (!security.isTls() && TLS_PROBE.speaksTls(List.of(servers().split(",", -1)))) {
            throw new NoAccessException("The cluster at " + servers() + " speaks TLS there, and the connector's "
                    + security.client() + " does not, with " + security.summary()
                    + ": security.protocol must be SSL or SASL_SSL." + INHERITS_NOTHING);
        }
        try {
            return new ClusterAdmin(admins.apply(properties), security.who());
        } catch (KafkaException e) {
            throw new NoAccessException(
                    "The settings of the connector's " + security.client() + " (" + security.summary()
                            + ") make no client: " + rootMessage(e),
                    e);
        }
    }

    private void require(ClientSecurity security, ClusterAdmin client, Duration limit, Patience patience) {
        try {
            client.facts(patience).brokers();
        } catch (InterruptException e) {
            throw e;
        } catch (AuthenticationException e) {
            throw new NoAccessException(
                    "The cluster at " + servers() + " does not let " + security.who() + " in, with "
                            + security.summary() + ": " + e.getMessage() + "." + INHERITS_NOTHING,
                    e);
        } catch (TimeoutException e) {
            throw new NoAccessException(
                    "The cluster at " + servers() + " did not answer the connector's " + security.client() + " within "
                            + limit.toSeconds() + " s, with " + security.summary()
                            + ". Check that the worker reaches these addresses, and that security.protocol is what the"
                            + " brokers expect there." + INHERITS_NOTHING,
                    e);
        } catch (KafkaException e) {
            throw new NoAccessException(
                    "The cluster at " + servers() + " does not serve the connector's " + security.client() + ", with "
                            + security.summary() + ": " + rootMessage(e),
                    e);
        }
    }

    private String servers() {
        return config.getString(SourceConfig.BOOTSTRAP_SERVERS);
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return String.valueOf(root.getMessage());
    }
}
