/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.embedded;

import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.function.Supplier;

/** The class path of an application with the packaged jar for clients, and nothing else of the bundle. */
public final class ClientsJar {

    /** One class loader for all clients, as in an application. */
    private static final ClassLoader LOADER = loader();

    private ClientsJar() {}

    /** Returns the result of {@code step}, such as a client that loads its interceptors from that class path. */
    public static <T> T onClassPath(Supplier<T> step) {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        try {
            thread.setContextClassLoader(LOADER);
            return step.get();
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    private static ClassLoader loader() {
        try {
            URL[] jar = {ServiceFiles.clientsJar().toUri().toURL()};
            return new URLClassLoader(jar, ClientsJar.class.getClassLoader());
        } catch (MalformedURLException e) {
            throw new UncheckedIOException(e);
        }
    }
}
