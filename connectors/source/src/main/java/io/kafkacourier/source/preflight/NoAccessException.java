/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.preflight;

import org.apache.kafka.connect.errors.ConnectException;

/** A client of the connector cannot reach the cluster, or is rejected by it. */
public final class NoAccessException extends ConnectException {

    private static final long serialVersionUID = 1L;

    NoAccessException(String message) {
        super(message);
    }

    NoAccessException(String message, Throwable cause) {
        super(message, cause);
    }
}
