/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

/**
 * Where a message is to go.
 *
 * @param topic the topic, which need neither exist nor be legal
 * @param namedBy who named it, as the subject of a sentence: a header, or a configuration key
 * @param byMessage whether the message did, so that the name is not to be trusted, or shown
 */
public record Target(String topic, String namedBy, boolean byMessage) {}
