/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.dist.contract;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.stream.Stream;

/** The constants that a class declares. */
final class Constants {

    private Constants() {}

    /** The values of the public constants of type String. */
    static Stream<String> texts(Class<?> type) {
        return Stream.of(type.getFields())
                .filter(field -> Modifier.isStatic(field.getModifiers()) && field.getType() == String.class)
                .map(Constants::value);
    }

    private static String value(Field constant) {
        try {
            return (String) constant.get(null);
        } catch (IllegalAccessException e) {
            throw new IllegalStateException(constant.toString(), e);
        }
    }
}
