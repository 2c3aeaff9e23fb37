/* SPDX-License-Identifier: Apache-2.0 */
/** The interceptors for the clients of a Connect worker, which finds on its {@code plugin.path} what is a plugin alone. */
@NullMarked
package io.kafkacourier.interceptors.connect;

import org.jspecify.annotations.NullMarked;
