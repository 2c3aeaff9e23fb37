/* SPDX-License-Identifier: Apache-2.0 */
/** Preflight: whether the cluster lets the connector in, and whether its topics would lose or block messages. */
@NullMarked
package io.kafkacourier.source.preflight;

import org.jspecify.annotations.NullMarked;
