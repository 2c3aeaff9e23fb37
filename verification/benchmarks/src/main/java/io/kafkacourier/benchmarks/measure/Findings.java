/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.util.List;
import java.util.Map;

/**
 * The results of one part of a benchmark.
 *
 * @param settings the settings of the run, in display order
 * @param series the measured figures
 * @param expectations limits for figures and their ratios
 */
public record Findings(Map<String, String> settings, List<Series> series, List<Expectation> expectations) {}
