/* SPDX-License-Identifier: Apache-2.0 */
/** A message: what is known about it, where it goes, and what may be sent for it. Connectors differ here. */
@NullMarked
package io.kafkacourier.source.message;

import org.jspecify.annotations.NullMarked;
