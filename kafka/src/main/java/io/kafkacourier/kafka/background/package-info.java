/* SPDX-License-Identifier: Apache-2.0 */
/** Work that runs in the background, on a thread of its own. */
@NullMarked
package io.kafkacourier.kafka.background;

import org.jspecify.annotations.NullMarked;
