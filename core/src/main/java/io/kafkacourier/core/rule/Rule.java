/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.core.rule;

/** The topic for records that meet a condition. */
record Rule(String name, Condition when, Template to) {}
