/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch.connection;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.http.HttpHost;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;

/**
 * Accepts a list of server addresses that all have the same path. Names may contain underscores, as the names of Docker
 * services do, although RFC 1123 does not allow them in host names.
 */
final class Hosts implements ConfigDef.Validator {

    private static final Pattern ADDRESS = Pattern.compile(
            "(?<scheme>[a-z]+)://(?<host>\\[[0-9a-f:.]+(%[\\w.-]+)?]|[a-z0-9_.-]*)(:(?<port>[^/]*))?(?<path>/.*)?",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern PATH = Pattern.compile("(/[\\w.~%-]+)*/?");

    @Override
    public void ensureValid(String name, @Nullable Object value) {
        List<?> hosts = value instanceof List<?> list ? list : List.of();
        String mistake = hosts.isEmpty() ? "there is no address" : null;
        for (Object host : hosts) {
            mistake = mistake == null ? mistake((String) host) : mistake;
        }
        for (Object host : hosts) {
            if (mistake == null && !path((String) host).equals(path((String) hosts.get(0)))) {
                mistake = host + " has a different path than " + hosts.get(0);
            }
        }
        if (mistake != null) {
            throw new ConfigException(
                    name, withoutCredentials(String.valueOf(value)), "must be " + this + "; " + mistake);
        }
    }

    /** The host, scheme and port of a valid address. */
    static HttpHost parse(String text) {
        Matcher address = match(text);
        String scheme = address.group("scheme").toLowerCase(Locale.ROOT);
        String port = address.group("port");
        return new HttpHost(address.group("host"), port == null ? defaultPort(scheme) : Integer.parseInt(port), scheme);
    }

    /** The path of a valid address without a slash at its end; empty if there is none. */
    static String path(String text) {
        String path = match(text).group("path");
        return path == null ? "" : path.replaceAll("/+$", "");
    }

    /** The mistake in an address, without credentials; null if there is none. */
    static @Nullable String mistake(String text) {
        if (text.indexOf('@') >= 0) {
            return "credentials do not belong in an address; they have options of their own";
        }
        Matcher address = ADDRESS.matcher(text);
        if (!address.matches()) {
            return text.contains("://")
                    ? text + " has no host, or one with illegal characters"
                    : text + " has no http://";
        }
        String scheme = address.group("scheme").toLowerCase(Locale.ROOT);
        String port = address.group("port");
        String path = address.group("path");
        if (!scheme.equals("http") && !scheme.equals("https")) {
            return scheme + ":// is neither http:// nor https://";
        } else if (address.group("host").isEmpty()) {
            return text + " has no host";
        } else if (port != null && !isPort(port)) {
            return text + " has a port that is not from 1 to 65535";
        } else if (path != null && !PATH.matcher(path).matches()) {
            return text + " has a query, or a path that does not consist of names between slashes";
        }
        return null;
    }

    /** The text, if it may be shown. */
    static String withoutCredentials(String text) {
        return text.indexOf('@') < 0 ? text : "[hidden, since it may hold a password]";
    }

    private static Matcher match(String text) {
        Matcher address = ADDRESS.matcher(text);
        if (!address.matches()) {
            throw new IllegalArgumentException("not an address that was found valid");
        }
        return address;
    }

    private static boolean isPort(String text) {
        return text.matches("\\d{1,5}") && Integer.parseInt(text) > 0 && Integer.parseInt(text) <= 65_535;
    }

    private static int defaultPort(String scheme) {
        return scheme.equals("https") ? 443 : 80;
    }

    @Override
    public String toString() {
        return "http://host:port or https://host:port, several separated by commas, all with the same path if any, without"
                + " credentials";
    }
}
