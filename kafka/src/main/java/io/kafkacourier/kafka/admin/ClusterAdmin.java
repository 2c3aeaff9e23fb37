/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.admin;

import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns an admin client: waits for its answers, names missing permissions, and closes it. Each kind of use has an
 * interface of its own. Safe for use by several threads.
 */
public final class ClusterAdmin implements AutoCloseable {

    private static final Logger log = LoggerFactory.getLogger(ClusterAdmin.class);
    private static final Patience PATIENCE = Patience.forEach(Duration.ofSeconds(60));

    private final Admin client;
    private final String who;

    /**
     * @param client the client to use; {@link #close} closes it
     * @param who the admin client and its principal, for messages
     */
    public ClusterAdmin(Admin client, String who) {
        this.client = client;
        this.who = who;
    }

    /** Finds and creates the topics that a connector reads and writes to. */
    public TopicAdmin topics(Clock clock) {
        return new KafkaTopicAdmin(this, lookup(true, clock));
    }

    /**
     * Looks up and creates topics that are written to.
     *
     * @param awaitsReplicas whether the producers wait for all in-sync replicas ({@code acks=all}), so that {@code
     *     min.insync.replicas} applies
     */
    public KafkaTopicLookup lookup(boolean awaitsReplicas, Clock clock) {
        return new KafkaTopicLookup(this, awaitsReplicas, clock);
    }

    /** Reads the facts that a preflight checks. */
    public ClusterFacts facts(Patience patience) {
        return new KafkaClusterFacts(this, patience);
    }

    /** Sets offsets of consumer groups, reads end offsets, and deletes records. */
    public ProgressAdmin progress() {
        return new KafkaProgressAdmin(this);
    }

    /** Closes the client as soon as its requests are answered, but within 5 s. */
    @Override
    public void close() {
        client.close(Duration.ofSeconds(5));
    }

    /** Closes the client without waiting for answers. */
    public void closeAtOnce() {
        client.close(Duration.ZERO);
    }

    /** The client, for requests. */
    Admin client() {
        return client;
    }

    /** The admin client and its principal, for messages. */
    String who() {
        return who;
    }

    /**
     * Waits for an answer.
     *
     * @throws KafkaException the failure that the cluster reported, or a {@link TimeoutException} if it did not answer
     *     in time
     */
    <T> T await(Future<T> answer) {
        return PATIENCE.get(answer);
    }

    /** A failure that names the missing permission if that is the cause; else the same failure. */
    KafkaException named(KafkaException failure, AclOperation operation, String resource) {
        return MissingPermission.named(failure, who, operation, resource);
    }

    /**
     * Describes those of the topics that exist, by name.
     *
     * @throws KafkaException if the cluster does not answer, or the client may not describe a topic
     */
    Map<String, TopicDescription> describe(Collection<String> names) {
        Map<String, TopicDescription> described = new HashMap<>();
        client.describeTopics(names).topicNameValues().forEach((name, answer) -> {
            try {
                described.put(name, await(answer));
            } catch (UnknownTopicOrPartitionException e) {
                log.debug("There is no topic {} yet", name);
            } catch (AuthorizationException e) {
                throw named(e, AclOperation.DESCRIBE, "topic " + name);
            }
        });
        return described;
    }
}
