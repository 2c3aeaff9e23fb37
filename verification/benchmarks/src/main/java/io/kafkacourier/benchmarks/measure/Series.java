/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleBinaryOperator;

/**
 * One figure, measured once in each round.
 *
 * @param name what was measured, and for which contender
 * @param unit the unit as printed
 * @param rounds the figure of each round, in the order of the rounds; at least one
 */
public record Series(String name, String unit, List<Double> rounds) {

    public Series {
        if (rounds.isEmpty()) {
            throw new IllegalArgumentException("the series " + name + " has no round");
        }
        rounds = List.copyOf(rounds);
    }

    /** The median of the rounds; for an even number, the mean of the two middle values. */
    public double median() {
        List<Double> sorted = rounds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    public double min() {
        return rounds.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
    }

    public double max() {
        return rounds.stream().mapToDouble(Double::doubleValue).max().orElseThrow();
    }

    /**
     * The ratio of this series to the other, round by round, so that a slow round affects both.
     *
     * @throws IllegalArgumentException if the number of rounds differs
     */
    public Series over(Series other) {
        return new Series(name + " / " + other.name, "", paired(other, (one, another) -> one / another));
    }

    /**
     * This series minus the other, round by round.
     *
     * @throws IllegalArgumentException if the number of rounds differs
     */
    public Series less(Series other) {
        return new Series(name + " - " + other.name, unit, paired(other, (one, another) -> one - another));
    }

    private List<Double> paired(Series other, DoubleBinaryOperator operator) {
        if (rounds.size() != other.rounds.size()) {
            throw new IllegalArgumentException(name + " and " + other.name + " have different numbers of rounds");
        }
        List<Double> paired = new ArrayList<>();
        for (int i = 0; i < rounds.size(); i++) {
            paired.add(operator.applyAsDouble(rounds.get(i), other.rounds.get(i)));
        }
        return paired;
    }
}
