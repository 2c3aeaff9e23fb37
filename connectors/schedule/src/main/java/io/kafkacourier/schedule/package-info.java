/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The engine of delaying and retrying: what happens to each record of an input partition and when, and the progress from
 * which a restart continues. It does not depend on Connect or on consumers, has no threads, and gets the time from its
 * callers.
 */
@NullMarked
package io.kafkacourier.schedule;

import org.jspecify.annotations.NullMarked;
