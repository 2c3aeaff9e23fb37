/* SPDX-License-Identifier: Apache-2.0 */
/** Progress: which source offsets are stored, the maintenance that relies on them, and which partitions a task is assigned. */
@NullMarked
package io.kafkacourier.source.progress;

import org.jspecify.annotations.NullMarked;
