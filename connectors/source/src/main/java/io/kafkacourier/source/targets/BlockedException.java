/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.targets;

import io.kafkacourier.kafka.admin.Obstacle;
import org.apache.kafka.connect.errors.RetriableException;

/** A topic accepts no records at the moment, and the task has to wait until it does. */
public final class BlockedException extends RetriableException {

    private static final long serialVersionUID = 1;

    private final Obstacle obstacle;

    public BlockedException(Obstacle obstacle, String message) {
        super(message);
        this.obstacle = obstacle;
    }

    /** The obstacle. */
    public Obstacle obstacle() {
        return obstacle;
    }
}
