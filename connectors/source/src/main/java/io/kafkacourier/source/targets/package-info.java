/* SPDX-License-Identifier: Apache-2.0 */
/** Targets: whether a topic exists, accepts a record and has accepted it, and what to do while it does not. */
@NullMarked
package io.kafkacourier.source.targets;

import org.jspecify.annotations.NullMarked;
