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
 * A test that runs at the same time as the others of its class, because it mostly waits. Its topics and connectors must be
 * its own, and it must not stop what all share: a test that does needs the lock {@link #CLUSTER}. How many run at once is in
 * {@code junit-platform.properties}.
 */
@Test
@Execution(ExecutionMode.CONCURRENT)
@ResourceLock(value = ConcurrentTest.CLUSTER, mode = ResourceAccessMode.READ)
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
@interface ConcurrentTest {

    /** What the tests of a class share. */
    String CLUSTER = "cluster";
}
