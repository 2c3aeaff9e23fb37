/* SPDX-License-Identifier: Apache-2.0 */
/** Progress: which source offsets are stored, what follows from that, and which partitions each task reads. */
@NullMarked
package io.kafkacourier.source.progress;

import org.jspecify.annotations.NullMarked;
