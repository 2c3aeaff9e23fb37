/* SPDX-License-Identifier: Apache-2.0 */
/** The configuration of source connectors, its checks, and the value that it makes: {@link io.kafkacourier.source.config.Behaviour}. */
@NullMarked
package io.kafkacourier.source.config;

import org.jspecify.annotations.NullMarked;
