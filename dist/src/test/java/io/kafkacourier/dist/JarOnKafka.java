/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.tngtech.archunit.core.domain.AccessTarget.CodeUnitAccessTarget;
import com.tngtech.archunit.core.domain.AccessTarget.FieldAccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * Loads a packaged jar with one version of Kafka and nothing else of the build, and reports linkage errors. Our classes
 * are those in {@code io.kafkacourier}, without relocated libraries.
 */
final class JarOnKafka implements AutoCloseable {

    private static final String OURS = "io.kafkacourier.";
    private static final String SHADED = "io.kafkacourier.shaded.";
    private static final String KAFKA = "org.apache.kafka.";
    private static final String CLASS = ".class";

    private final List<String> classes;
    private final URLClassLoader loader;

    /** @param libraries the jars of that Kafka version, with their dependencies */
    JarOnKafka(Path jar, List<Path> libraries) throws IOException {
        URL[] classPath = new URL[1 + libraries.size()];
        classPath[0] = jar.toUri().toURL();
        for (int i = 0; i < libraries.size(); i++) {
            classPath[i + 1] = libraries.get(i).toUri().toURL();
        }
        classes = classesIn(jar);
        loader = new URLClassLoader(classPath, ClassLoader.getPlatformClassLoader());
    }

    /** Our classes in a jar, with their dependencies. Reads the class files without loading them. */
    static List<JavaClass> ours(Path jar) {
        ImportOption isOurs = location ->
                location.contains("!/io/kafkacourier/") && !location.contains("!/" + SHADED.replace('.', '/'));
        try (JarFile file = new JarFile(jar.toFile())) {
            return new ClassFileImporter()
                    .withImportOption(isOurs).importJar(file).stream()
                            .filter(type -> isOurs(type.getName()))
                            .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Whether a class is ours. */
    static boolean isOurs(String className) {
        return className.startsWith(OURS) && !className.startsWith(SHADED);
    }

    /** Verifies and initializes our classes. Returns the JVM's error for each class that fails, by class name. */
    Map<String, String> broken() throws ClassNotFoundException {
        return broken(classes.stream().filter(JarOnKafka::isOurs).toList());
    }

    /** The same for the classes of bundled libraries. */
    Map<String, String> brokenLibraries() throws ClassNotFoundException {
        return broken(classes.stream().filter(name -> !isOurs(name)).toList());
    }

    private Map<String, String> broken(List<String> names) throws ClassNotFoundException {
        Map<String, String> broken = new TreeMap<>();
        for (String name : names) {
            try {
                Class.forName(name, true, loader);
            } catch (LinkageError e) {
                broken.put(name, e.getCause() == null ? e.toString() : e + ", caused by " + e.getCause());
            }
        }
        return broken;
    }

    /**
     * The classes of bundled libraries that refer to Kafka. If there are none, the libraries do not depend on the Kafka
     * version.
     */
    static List<String> librariesThatUseKafka(Path jar) throws IOException {
        List<String> users = new ArrayList<>();
        try (JarFile file = new JarFile(jar.toFile())) {
            for (JarEntry entry : Collections.list(file.entries())) {
                String path = entry.getName();
                if (path.endsWith(CLASS) && !isOurs(path.replace('/', '.'))) {
                    // class files contain type names as plain ASCII
                    byte[] content = file.getInputStream(entry).readAllBytes();
                    if (new String(content, ISO_8859_1).contains(KAFKA.replace('.', '/'))) {
                        users.add(path);
                    }
                }
            }
        }
        return users;
    }

    /** The Kafka types and members that our classes use and this version lacks: {@code <class> uses <member>}. */
    Set<String> missing(List<JavaClass> ours) {
        Set<String> missing = new TreeSet<>();
        for (JavaClass user : ours) {
            user.getDirectDependenciesFromSelf().stream()
                    .map(dependency ->
                            dependency.getTargetClass().getBaseComponentType().getName())
                    .filter(name -> name.startsWith(KAFKA) && find(name) == null)
                    .forEach(name -> missing.add(user.getName() + " uses " + name));
            for (JavaAccess<?> access : user.getAccessesFromSelf()) {
                String owner = access.getTargetOwner().getName();
                Class<?> type = owner.startsWith(KAFKA) ? find(owner) : null;
                if (type != null && !has(type, access)) {
                    missing.add(user.getName() + " uses " + access.getTarget().getFullName());
                }
            }
        }
        return missing;
    }

    /** The abstract methods that our classes inherit from this version's types and do not implement. */
    Set<String> unimplemented() {
        Set<String> unimplemented = new TreeSet<>();
        for (String name : classes) {
            Class<?> type = isOurs(name) ? find(name) : null;
            if (type != null && !Modifier.isAbstract(type.getModifiers())) {
                methods(type)
                        .filter(method -> Modifier.isAbstract(method.getModifiers()))
                        .filter(method -> method.getDeclaringClass().getName().startsWith(KAFKA))
                        .forEach(method -> unimplemented.add(name + " lacks " + method));
            }
        }
        return unimplemented;
    }

    /** Whether the class has or inherits the member. Compares name and types, as the JVM does. */
    private static boolean has(Class<?> type, JavaAccess<?> access) {
        if (access.getTarget() instanceof FieldAccessTarget field) {
            return hierarchy(type)
                    .flatMap(each -> Arrays.stream(each.getDeclaredFields()))
                    .anyMatch(found -> found.getName().equals(field.getName())
                            && found.getType()
                                    .getName()
                                    .equals(field.getRawType().getName()));
        }
        CodeUnitAccessTarget unit = (CodeUnitAccessTarget) access.getTarget();
        List<String> parameters =
                unit.getRawParameterTypes().stream().map(JavaClass::getName).toList();
        return unit.getName().equals("<init>")
                ? Arrays.stream(type.getDeclaredConstructors())
                        .anyMatch(found -> names(found.getParameterTypes()).equals(parameters))
                : hierarchy(type)
                        .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                        .anyMatch(found -> found.getName().equals(unit.getName())
                                && names(found.getParameterTypes()).equals(parameters)
                                && found.getReturnType()
                                        .getName()
                                        .equals(unit.getRawReturnType().getName()));
    }

    /**
     * The methods that the class has or inherits, with implementations instead of the abstract methods that they
     * implement.
     */
    private static Stream<Method> methods(Class<?> type) {
        Map<String, Method> found = new TreeMap<>();
        hierarchy(type)
                .flatMap(each -> Arrays.stream(each.getDeclaredMethods()))
                .forEach(method -> found.merge(
                        method.getName() + names(method.getParameterTypes()),
                        method,
                        (one, other) -> Modifier.isAbstract(one.getModifiers()) ? other : one));
        return found.values().stream();
    }

    private static Stream<Class<?>> hierarchy(Class<?> type) {
        Stream<Class<?>> above =
                Stream.concat(Stream.ofNullable(type.getSuperclass()), Arrays.stream(type.getInterfaces()));
        return Stream.concat(Stream.of(type), above.flatMap(JarOnKafka::hierarchy));
    }

    private static List<String> names(Class<?>[] types) {
        return Arrays.stream(types).map(Class::getName).toList();
    }

    private @Nullable Class<?> find(String name) {
        try {
            return Class.forName(name, false, loader);
        } catch (ClassNotFoundException absent) {
            return null;
        }
    }

    private static List<String> classesIn(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.stream()
                    .map(ZipEntry::getName)
                    .filter(name -> name.endsWith(CLASS) && !name.startsWith("META-INF/"))
                    .map(name ->
                            name.substring(0, name.length() - CLASS.length()).replace('/', '.'))
                    .toList();
        }
    }

    @Override
    public void close() throws IOException {
        loader.close();
    }
}
