/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.api.parallel.ResourceAccessMode;
import org.junit.jupiter.api.parallel.ResourceLock;

/**
 * A test that runs at the same time as the others of its class, because it mostly waits. It must use separate topics
 * and connectors. If it stops shared services, it needs the lock {@link #CLUSTER}. {@code junit-platform.properties}
 * sets how many tests run at once.
 */
@Test
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ConcurrentTest.CLUSTER, mode = ResourceAccessMode.READ)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ConcurrentTest {

    /** The lock for the services that the tests of a class share. */
    String CLUSTER = "cluster";
}
