/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Interceptors for the clients of a Connect worker. They are plugins too, because a worker finds only plugins on its
 * {@code plugin.path}.
 */
@NullMarked
package io.kafkacourier.interceptors.connect;

import org.jspecify.annotations.NullMarked;
