/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.message;

/**
 * The topic that a message should go to.
 *
 * @param topic the topic; it may be missing, and its name may be illegal
 * @param namedBy the source of the name, as the subject of a sentence: a header, or a configuration key
 * @param byMessage whether the message named it, so that the name is not trusted and not shown
 */
public record Target(String topic, String namedBy, boolean byMessage) {}
