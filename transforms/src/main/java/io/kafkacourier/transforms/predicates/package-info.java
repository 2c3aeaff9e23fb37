/* SPDX-License-Identifier: Apache-2.0 */
/** Predicates, which select the records for a transform. */
@NullMarked
package io.kafkacourier.transforms.predicates;

import org.jspecify.annotations.NullMarked;
