/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.util.HashMap;
import java.util.Map;

/** Configurations of the retry connector. */
final class RetryConnector {

    private RetryConnector() {}

    /** The configuration that all tests need, with additional and overriding options. */
    static Map<String, String> config(Cluster cluster, Map<String, String> own) {
        Map<String, String> all = new HashMap<>(own);
        all.put("connector.class", "io.kafkacourier.retry.RetrySourceConnector");
        return DelayConnector.config(cluster, all);
    }
}
