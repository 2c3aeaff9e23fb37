/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

/**
 * An action on the connector, its workers, its brokers or its topics during a trial.
 *
 * @param name the name for failures and reports
 */
record Disturbance(String name, Runnable action) {}
