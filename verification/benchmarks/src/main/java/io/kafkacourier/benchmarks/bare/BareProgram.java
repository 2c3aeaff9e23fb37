/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.bare;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.List;

/**
 * Runs the command on each line of standard input and answers {@link #DONE} when it has finished. Exits at the end of
 * the input. Logs go to standard error.
 *
 * <pre>
 * copy <i>input output partitions tasks messages start (epoch ms)</i>
 * produce <i>topic messages per second, seconds</i>
 * </pre>
 */
public final class BareProgram {

    /** The answer to a command that has finished. */
    public static final String DONE = "done";

    private BareProgram() {}

    /**
     * Reads commands until the end of the input.
     *
     * @param arguments the bootstrap servers
     */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        System.setOut(System.err);
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            List<String> words = List.of(line.split(" ", -1));
            switch (words.get(0)) {
                case "copy" ->
                    new CopyLoop(
                                    arguments[0],
                                    words.get(1),
                                    words.get(2),
                                    Integer.parseInt(words.get(3)),
                                    Integer.parseInt(words.get(4)))
                            .run(Long.parseLong(words.get(5)), Long.parseLong(words.get(6)));
                case "produce" ->
                    new SteadyProducer(arguments[0], words.get(1))
                            .run(Integer.parseInt(words.get(2)), Integer.parseInt(words.get(3)));
                default -> throw new IllegalArgumentException(line);
            }
            answers.println(DONE);
        }
    }
}
