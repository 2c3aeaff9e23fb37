/* SPDX-License-Identifier: Apache-2.0 */
/** Progress: which source offsets are stored, the maintenance that relies on it, and the partitions that each task is assigned. */
@NullMarked
package io.kafkacourier.source.progress;

import org.jspecify.annotations.NullMarked;
