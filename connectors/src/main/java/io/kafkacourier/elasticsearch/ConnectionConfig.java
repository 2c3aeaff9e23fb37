/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/** The keys of the connection to the cluster. */
final class ConnectionConfig {

    static final String HOSTS = "elasticsearch.hosts";
    static final String CA_PATH = "elasticsearch.ca.path";
    static final String PROXY_USERNAME = "elasticsearch.proxy.username";

    private ConnectionConfig() {}
}
