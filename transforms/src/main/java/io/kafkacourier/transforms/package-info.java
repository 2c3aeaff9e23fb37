/* SPDX-License-Identifier: Apache-2.0 */
/** Single message transforms: each translates Connect's records for the rooms of core that do the work. */
@NullMarked
package io.kafkacourier.transforms;

import org.jspecify.annotations.NullMarked;
