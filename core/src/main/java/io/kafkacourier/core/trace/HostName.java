/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name of the machine, for what has no better one. */
public final class HostName {

    private static final Logger LOG = LoggerFactory.getLogger(HostName.class);

    private HostName() {}

    /** As the system resolves it, which may take a while; {@code unknown-host} where it does not. */
    public static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            LOG.warn("The host's name is not known; traces will name it unknown-host", e);
            return "unknown-host";
        }
    }
}
