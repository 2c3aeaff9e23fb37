/* SPDX-License-Identifier: Apache-2.0 */
/** One forward pass over raw JSON that collects the values of a few paths and stops when they are known. */
@NullMarked
package io.kafkacourier.core.json;

import org.jspecify.annotations.NullMarked;
