/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

/** A contender of a JMH class: a constant of the enum that is the only parameter of the class. */
public interface Contender {

    /** The constant's name. */
    String name();

    /** Its name in the table. */
    String title();

    /** Length of the warm-up in seconds. */
    int warmUpSeconds();
}
