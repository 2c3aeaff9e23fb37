/* SPDX-License-Identifier: Apache-2.0 */
/** Single message transforms. They translate between Connect's records and the packages of core that do the work. */
@NullMarked
package io.kafkacourier.transforms;

import org.jspecify.annotations.NullMarked;
