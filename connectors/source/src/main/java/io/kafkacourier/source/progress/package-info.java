/* SPDX-License-Identifier: Apache-2.0 */
/** Progress: which source offsets are stored, what is done after that, and what each task is assigned. */
@NullMarked
package io.kafkacourier.source.progress;

import org.jspecify.annotations.NullMarked;
