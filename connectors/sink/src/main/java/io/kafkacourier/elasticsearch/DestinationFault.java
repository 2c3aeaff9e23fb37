/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/**
 * The server refuses what the sink needs beside documents, for a reason that waiting does not cure. The message names the
 * likely cause, for logs and metrics; it never holds payload or secrets.
 */
final class DestinationFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    DestinationFault(String message) {
        super(message);
    }
}
