/* SPDX-License-Identifier: Apache-2.0 */
/** Targets: whether a topic exists, accepts records and has accepted them, and what to do while it does not. */
@NullMarked
package io.kafkacourier.source.targets;

import org.jspecify.annotations.NullMarked;
