/* SPDX-License-Identifier: Apache-2.0 */
/** The header contract: every name, and one way to read and write them in Kafka's and in Connect's collections. */
@NullMarked
package io.kafkacourier.core.header;

import org.jspecify.annotations.NullMarked;
