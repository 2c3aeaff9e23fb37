/* SPDX-License-Identifier: Apache-2.0 */
/** Failures: reads from headers of any known writer why a message failed, and writes its failure history. */
@NullMarked
package io.kafkacourier.failure;

import org.jspecify.annotations.NullMarked;
