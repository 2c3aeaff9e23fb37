/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/**
 * The target system refuses something that the sink needs in addition to records, for a reason that waiting does not cure.
 * The message names what is refused and the likely cause, for logs and metrics; it never contains payload or secrets.
 */
public final class DestinationFault extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public DestinationFault(String message) {
        super(message);
    }
}
