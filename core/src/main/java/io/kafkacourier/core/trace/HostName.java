/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.trace;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The name of the host, as a default for names. */
public final class HostName {

    private static final Logger LOG = LoggerFactory.getLogger(HostName.class);

    private HostName() {}

    /** The name that the system resolves, which can take a while; {@code unknown-host} if it cannot. */
    public static String get() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            LOG.warn("The name of the host is not known; traces contain unknown-host instead", e);
            return "unknown-host";
        }
    }
}
