/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.kafka.emit;

import io.kafkacourier.core.trace.TraceEvent;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The daemon thread that opens the side producer and sends the events of the outbox. It polls the outbox at intervals
 * instead of being woken by each event, so that emitting costs no more than adding to a queue.
 */
final class EmitterThread {

    private static final Logger LOG = LoggerFactory.getLogger(EmitterThread.class);

    private static final Duration INTERVAL = Duration.ofMillis(50);
    /** How long closing waits after its timeout before it interrupts the thread. */
    private static final Duration GRACE = Duration.ofMillis(500);

    private final EmitterSettings settings;
    private final ProducerFactory factory;
    private final Duration reopenInterval;
    private final Duration closeTimeout;
    private final Outbox outbox;
    private final Thread thread;
    private final CountDownLatch closing = new CountDownLatch(1);
    private volatile long closeBy;
    private volatile boolean hasEnded;

    /** Starts the thread. */
    static EmitterThread start(
            EmitterSettings settings, ProducerFactory factory, Duration reopenInterval, Duration closeTimeout) {
        EmitterThread emitter = new EmitterThread(settings, factory, reopenInterval, closeTimeout);
        emitter.thread.start();
        return emitter;
    }

    private EmitterThread(
            EmitterSettings settings, ProducerFactory factory, Duration reopenInterval, Duration closeTimeout) {
        this.settings = settings;
        this.factory = factory;
        this.reopenInterval = reopenInterval;
        this.closeTimeout = closeTimeout;
        this.outbox = new Outbox(settings.topic(), settings.queueCapacity());
        this.thread = new Thread(this::run, "courier-trace-emitter " + settings.topic());
        thread.setDaemon(true);
        // Kafka's clients load the classes in their properties with this loader
        thread.setContextClassLoader(EmitterThread.class.getClassLoader());
    }

    void emit(Supplier<TraceEvent> event) {
        outbox.put(event);
    }

    Backlogs backlogs() {
        return outbox.backlogs();
    }

    /** Whether the thread has ended, because it was closed or failed. */
    boolean hasEnded() {
        return hasEnded;
    }

    long dropped() {
        return outbox.dropped();
    }

    /** Sends the queued events. Returns when all are sent, or at most half a second after the timeout. */
    void close() {
        closeBy = System.nanoTime() + closeTimeout.toNanos();
        closing.countDown();
        try {
            thread.join(closeTimeout.plus(GRACE).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        thread.interrupt();
    }

    private void run() {
        EmitterBean bean = new EmitterBean(settings.topic(), outbox);
        try {
            Producer<byte[], byte[]> producer = open();
            if (producer != null) {
                sendUntilClosed(producer);
            }
        } catch (InterruptedException e) {
            LOG.info("Closing the emitter of trace topic {} took too long", settings);
        } catch (Throwable e) {
            LOG.error("The emitter of trace topic {} failed; events are dropped from now on", settings, e);
        } finally {
            hasEnded = true;
            outbox.close();
            bean.close();
            LOG.info("The emitter of trace topic {} has stopped; {} events were dropped", settings, outbox.dropped());
        }
    }

    /** Opens the producer, as soon as that is possible; returns null if the emitter is closed before. */
    private @Nullable Producer<byte[], byte[]> open() throws InterruptedException {
        boolean reported = false;
        do {
            try {
                return factory.open();
            } catch (KafkaException e) {
                if (!reported) {
                    LOG.warn("Trace topic {} cannot be reached; trying again every {}", settings, reopenInterval, e);
                    reported = true;
                }
            }
        } while (!closing.await(reopenInterval.toMillis(), TimeUnit.MILLISECONDS));
        return null;
    }

    private void sendUntilClosed(Producer<byte[], byte[]> producer) throws InterruptedException {
        try {
            do {
                outbox.sendAll(producer, this::isInTime);
            } while (!closing.await(INTERVAL.toMillis(), TimeUnit.MILLISECONDS));
            outbox.sendAll(producer, this::isInTime);
        } finally {
            // the interrupt has already ended the wait; it must not end the closing as well
            boolean interrupted = Thread.interrupted();
            producer.close(interrupted ? Duration.ZERO : timeLeft());
        }
    }

    private boolean isInTime() {
        return !timeLeft().isZero();
    }

    private Duration timeLeft() {
        return closing.getCount() > 0 ? closeTimeout : Duration.ofNanos(Math.max(0, closeBy - System.nanoTime()));
    }
}
