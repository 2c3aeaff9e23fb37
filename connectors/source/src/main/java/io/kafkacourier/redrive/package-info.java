/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Mode redrive of the retry connector: dead letters are sent back, each once, in the order of their partition.
 *
 * <pre>
 * dead letter topic -> RedriveInput -> RedriveLetters (selected? whereto? fits?) -> Redrive -> retry.topic
 *                           |                                                          |
 *                     RedriveProgress <-------------- with every record ------- control topic
 * </pre>
 */
@NullMarked
package io.kafkacourier.redrive;

import org.jspecify.annotations.NullMarked;
