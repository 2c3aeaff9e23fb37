/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.delay;

import io.kafkacourier.benchmarks.measure.Console;
import io.kafkacourier.benchmarks.measure.Findings;
import io.kafkacourier.benchmarks.measure.Part;
import io.kafkacourier.benchmarks.measure.Series;
import io.kafkacourier.schedule.Ladder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;

/**
 * The cost of long delays: the number of tiers in which a message waits, and the bytes written for it in total. This is
 * a simulation and does not wait: {@link Journey} moves messages through the schedules and ladders of the connector
 * with a simulated clock.
 */
final class LongDelays implements Part {

    private static final int MESSAGES = 100_000;
    private static final long HORIZON_MS = 16_000;
    private static final long LONGEST_MS = Duration.ofDays(30).toMillis();

    @Override
    public String name() {
        return "longdelays";
    }

    @Override
    public String title() {
        return "simulation: tiers per message of 200 bytes, and bytes written for it";
    }

    @Override
    public Findings run(Path directory, Console console) {
        List<Series> series = new ArrayList<>();
        Ladder ladder = Ladder.upTo(LONGEST_MS, HORIZON_MS);
        for (Duration longest : List.of(Duration.ofMinutes(15), Duration.ofDays(7))) {
            Random random = new Random(1);
            average(series, "uniform 0-" + text(longest), ladder, () ->
                    (long) (random.nextDouble() * longest.toMillis()));
        }
        for (Duration delay :
                List.of(Duration.ofMinutes(5), Duration.ofMinutes(30), Duration.ofHours(24), Duration.ofDays(7))) {
            average(series, text(delay) + ", default ladder", ladder, delay::toMillis);
            average(
                    series,
                    text(delay) + ", tiers=" + text(delay),
                    Ladder.named(List.of(delay.toSeconds()), HORIZON_MS),
                    delay::toMillis);
        }
        return new Findings(
                Map.of(
                        "horizon",
                        HORIZON_MS + " ms",
                        "topics of the default ladder",
                        "" + ladder.tiers().size()),
                series,
                List.of());
    }

    private static void average(List<Series> series, String what, Ladder ladder, LongSupplier delays) {
        Journey journey = new Journey(ladder, HORIZON_MS, new Random(2));
        long stays = 0;
        long bytes = 0;
        for (int message = 0; message < MESSAGES; message++) {
            int taken = journey.stays(delays.getAsLong());
            stays += taken;
            bytes += Journey.bytesWritten(taken);
        }
        series.add(new Series("stays, " + what, "", List.of((double) stays / MESSAGES)));
        series.add(new Series("written, " + what, "bytes", List.of((double) bytes / MESSAGES)));
    }

    private static String text(Duration duration) {
        return duration.toMinutes() < 60
                ? duration.toMinutes() + "m"
                : duration.toHours() <= 24 ? duration.toHours() + "h" : duration.toDays() + "d";
    }
}
