/* SPDX-License-Identifier: Apache-2.0 */
/** Predicates: which records a transform is to see. */
@NullMarked
package io.kafkacourier.transforms.predicates;

import org.jspecify.annotations.NullMarked;
