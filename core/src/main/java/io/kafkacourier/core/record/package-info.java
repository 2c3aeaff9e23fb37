/* SPDX-License-Identifier: Apache-2.0 */
/** What a Connect record made by this bundle is. */
@NullMarked
package io.kafkacourier.core.record;

import org.jspecify.annotations.NullMarked;
