/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

/** Who is measured in a JMH class: one of the constants of an enum that is the class's only parameter. */
public interface Contender {

    /** The constant's name. */
    String name();

    /** What it is called in the table. */
    String title();

    /** How long it runs before it is measured. */
    int warmUpSeconds();
}
