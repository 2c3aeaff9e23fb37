/* SPDX-License-Identifier: Apache-2.0 */
/** Tests the guarantees of the bundle on real services. */
@NullMarked
package io.kafkacourier.it;

import org.jspecify.annotations.NullMarked;
