/* SPDX-License-Identifier: Apache-2.0 */
/** Tiers: the topics in which messages wait longer than the horizon. */
@NullMarked
package io.kafkacourier.source.tier;

import org.jspecify.annotations.NullMarked;
