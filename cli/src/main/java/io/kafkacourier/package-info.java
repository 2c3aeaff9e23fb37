/* SPDX-License-Identifier: Apache-2.0 */
/** Command line programs, which need only the bundle's jar on the class path. */
@NullMarked
package io.kafkacourier;

import org.jspecify.annotations.NullMarked;
