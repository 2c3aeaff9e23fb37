/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.sink;

/**
 * How many requests may be under way: half as many after each sign of overload, one more after each success (additive
 * increase, multiplicative decrease). Not safe for use by several threads.
 */
final class ConcurrencyLimit {

    private final int max;
    private int permitted;

    ConcurrencyLimit(int max) {
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
