/* SPDX-License-Identifier: Apache-2.0 */
/** Keeps trouble that lasts from filling the log. */
@NullMarked
package io.kafkacourier.core.log;

import org.jspecify.annotations.NullMarked;
