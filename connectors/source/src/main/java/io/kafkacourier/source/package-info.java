/* SPDX-License-Identifier: Apache-2.0 */
/** What our source connectors share: from partitions that are read, through their schedules, to source records. */
@NullMarked
package io.kafkacourier.source;

import org.jspecify.annotations.NullMarked;
