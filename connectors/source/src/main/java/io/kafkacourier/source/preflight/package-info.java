/* SPDX-License-Identifier: Apache-2.0 */
/** Preflight: checks whether the cluster accepts the connector, and whether its topics would lose or block messages. */
@NullMarked
package io.kafkacourier.source.preflight;

import org.jspecify.annotations.NullMarked;
