/* SPDX-License-Identifier: Apache-2.0 */
/** The common part of the source connectors: from reading partitions, through their schedules, to source records. */
@NullMarked
package io.kafkacourier.source;

import org.jspecify.annotations.NullMarked;
