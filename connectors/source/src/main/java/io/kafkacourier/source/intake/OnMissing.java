/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.source.intake;

/** What to do if records were deleted before they were read. */
public enum OnMissing {
    /** Stop, and name them. */
    FAIL,
    /** Count them, and continue behind them. */
    SKIP
}
