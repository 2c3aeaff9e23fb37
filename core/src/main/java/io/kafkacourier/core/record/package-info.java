/* SPDX-License-Identifier: Apache-2.0 */
/** Connect records as rules see them, and what one made by this bundle is. */
@NullMarked
package io.kafkacourier.core.record;

import org.jspecify.annotations.NullMarked;
