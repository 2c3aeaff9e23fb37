/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

/** What to do where records were deleted before they were read. */
public enum OnMissing {
    /** Stop, and say which. */
    FAIL,
    /** Go on behind them, and count them. */
    SKIP
}
