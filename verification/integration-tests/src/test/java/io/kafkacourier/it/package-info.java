/* SPDX-License-Identifier: Apache-2.0 */
/** The guarantees of the bundle, each a test on real services. */
@NullMarked
package io.kafkacourier.it;

import org.jspecify.annotations.NullMarked;
