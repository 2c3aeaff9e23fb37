/* SPDX-License-Identifier: Apache-2.0 */
/** What is run from the command line, with nothing but the bundle's jar on the class path. */
@NullMarked
package io.kafkacourier;

import org.jspecify.annotations.NullMarked;
