/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.failure;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kafkacourier.core.contract.HeaderNames;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An error, as its writer described it; each part is null if the writer left it out.
 *
 * @param stage the stage of a Connect pipeline
 * @param className the full name of the class of the error
 * @param rootClassName the full name of the class of its cause; the root cause if a stack trace shows it
 */
public record Fault(
        @Nullable String stage,
        @Nullable String className,
        @Nullable String rootClassName,
        @Nullable String message,
        @Nullable String stacktrace) {

    /** No error was described. */
    public static final Fault UNTOLD = new Fault(null, null, null, null, null);

    private static final Pattern CLASS_NAME =
            Pattern.compile("[\\p{L}_$][\\p{L}\\p{N}_$]*+(?:\\.[\\p{L}\\p{N}_$]++)*+");
    /** The longest class name. Longer text is not a name, and could make a pattern slow. */
    private static final int CLASS_NAME_MAX = 1_024;

    private static final Pattern DIGITS = Pattern.compile("[0-9]+");
    private static final String CAUSE = "\nCaused by: ";
    private static final String FRAME = "\tat ";
    private static final int FINGERPRINT_BYTES = 8;

    /** A fault whose root cause is read from its stack trace, if it has one. */
    public static Fault traced(
            @Nullable String stage, @Nullable String className, @Nullable String message, @Nullable String stacktrace) {
        return new Fault(stage, className, rootOf(stacktrace), message, stacktrace);
    }

    /** The fault in the connector's own headers. */
    static Fault ofHeaders(FailureHeaders headers) {
        return new Fault(
                headers.last(HeaderNames.ERROR_STAGE),
                headers.last(HeaderNames.ERROR_CLASS),
                headers.last(HeaderNames.ERROR_ROOT_CLASS),
                headers.last(HeaderNames.ERROR_MESSAGE),
                headers.last(HeaderNames.ERROR_STACKTRACE));
    }

    /** Whether nothing is known about it. */
    boolean isUntold() {
        return equals(UNTOLD);
    }

    /** The class at the beginning of a {@link Throwable#toString} text; null if there is none. */
    static @Nullable String classOf(@Nullable String throwable) {
        if (throwable == null) {
            return null;
        }
        int end = throwable.indexOf(':');
        String name = (end < 0 ? throwable : throwable.substring(0, end)).strip();
        return name.length() <= CLASS_NAME_MAX && CLASS_NAME.matcher(name).matches() ? name : null;
    }

    /** The class of the last cause in a stack trace; null if there is none. */
    static @Nullable String rootOf(@Nullable String stacktrace) {
        int last = stacktrace == null ? -1 : stacktrace.lastIndexOf(CAUSE);
        if (stacktrace == null || last < 0) {
            return null;
        }
        int start = last + CAUSE.length();
        int end = stacktrace.indexOf('\n', start);
        return classOf(stacktrace.substring(start, end < 0 ? stacktrace.length() : end));
    }

    /**
     * A hash in 16 hex digits that is equal for faults of the same kind at the same place. It covers stage, classes, and
     * the first frame of the stack trace without its line; if no class is known, the message without its numbers.
     */
    public String fingerprint() {
        String place = className == null && rootClassName == null
                ? DIGITS.matcher(Objects.requireNonNullElse(message, "")).replaceAll("#")
                : firstFrame();
        MessageDigest digest = sha256();
        Stream.of(stage, className, rootClassName, place)
                .forEach(part -> digest.update((part == null ? "|" : part + "|").getBytes(UTF_8)));
        return HexFormat.of().formatHex(digest.digest(), 0, FINGERPRINT_BYTES);
    }

    private @Nullable String firstFrame() {
        int start = stacktrace == null ? -1 : stacktrace.indexOf(FRAME);
        if (stacktrace == null || start < 0) {
            return null;
        }
        int end = stacktrace.indexOf('(', start);
        return end < 0 ? null : stacktrace.substring(start + FRAME.length(), end);
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
