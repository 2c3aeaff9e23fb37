/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.util.List;
import java.util.Map;

/**
 * What one part of a benchmark found.
 *
 * @param settings what it ran with, in the order in which it is to be shown
 * @param series the figures
 * @param expectations ratios and figures with what they are held against
 */
public record Findings(Map<String, String> settings, List<Series> series, List<Expectation> expectations) {}
