/* SPDX-License-Identifier: Apache-2.0 */
/** Tiers: the topics in which messages wait that have longer to wait than the horizon. */
@NullMarked
package io.kafkacourier.source.tier;

import org.jspecify.annotations.NullMarked;
