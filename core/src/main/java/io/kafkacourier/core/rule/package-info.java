/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The rule language: conditions, sources and templates, compiled once and evaluated against a
 * {@link io.kafkacourier.core.rule.RecordView}.
 */
@NullMarked
package io.kafkacourier.core.rule;

import org.jspecify.annotations.NullMarked;
