/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.elasticsearch;

/**
 * How many requests may be under way: half as many after each sign of overload, one more after each success. Not safe
 * for use by several threads.
 */
final class Concurrency {

    private final int max;
    private int permitted;

    Concurrency(int max) {
        this.max = max;
        this.permitted = max;
    }

    int permitted() {
        return permitted;
    }

    void overloaded() {
        permitted = Math.max(1, permitted / 2);
    }

    void succeeded() {
        permitted = Math.min(max, permitted + 1);
    }
}
