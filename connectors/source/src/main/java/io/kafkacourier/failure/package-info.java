/* SPDX-License-Identifier: Apache-2.0 */
/** Failures: reads from headers why a message failed, whoever wrote them, and writes its failure history. */
@NullMarked
package io.kafkacourier.failure;

import org.jspecify.annotations.NullMarked;
