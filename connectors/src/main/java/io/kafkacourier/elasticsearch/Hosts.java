/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.List;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/** Accepts a list of http(s)://host:port. */
final class Hosts implements ConfigDef.Validator {

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        List<?> hosts = value instanceof List<?> list ? list : List.of();
        if (hosts.isEmpty() || !hosts.stream().allMatch(host -> isHost((String) host))) {
            throw new ConfigException(name, withoutCredentials(String.valueOf(value)), "must be " + this);
        }
    }

    static HttpHost parse(String text) {
        URI uri = URI.create(text);
        return new HttpHost(uri.getHost(), uri.getPort(), uri.getScheme());
    }

    private static boolean isHost(String text) {
        try {
            URI uri = new URI(text);
            return ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))
                    && uri.getHost() != null
                    && uri.getPort() > 0
                    && uri.getPort() <= 65_535
                    && (uri.getRawPath().isEmpty() || uri.getRawPath().equals("/"))
                    && uri.getRawQuery() == null
                    && uri.getRawFragment() == null
                    && uri.getRawUserInfo() == null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    private static String withoutCredentials(String text) {
        return text.indexOf('@') < 0 ? text : "[hidden, since it may hold a password]";
    }

    @Override
    public String toString() {
        return "http://host:port or https://host:port, several separated by commas, without a path or credentials";
    }
}
