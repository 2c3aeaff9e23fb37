/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

/**
 * Something that is done to the connector, its workers, its brokers or its topics.
 *
 * @param name for failures and reports
 */
record Disturbance(String name, Runnable action) {}
