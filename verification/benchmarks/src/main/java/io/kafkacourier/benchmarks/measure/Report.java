/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the findings of a benchmark to a JSON file, which is complete after every part. */
public final class Report {

    private final ObjectMapper mapper = new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
    private final Path file;
    private final Map<String, Object> document = new LinkedHashMap<>();
    private final List<Object> parts = new ArrayList<>();

    /** @param command the command that started the benchmark */
    public Report(Path file, String benchmark, String command) {
        this.file = file;
        document.put("benchmark", benchmark);
        document.put("command", command);
        document.put("machine", Machine.describe());
        document.put("parts", parts);
    }

    /** Adds the findings of a part and writes the file. */
    public void add(Part part, Findings findings) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", part.name());
        map.put("title", part.title());
        map.put("settings", findings.settings());
        map.put("figures", findings.series().stream().map(Report::figure).toList());
        map.put(
                "expectations",
                findings.expectations().stream().map(Report::expectation).toList());
        parts.add(map);
        try {
            mapper.writeValue(file.toFile(), document);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Map<String, Object> figure(Series series) {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("name", series.name());
        map.put("unit", series.unit());
        map.put("median", series.median());
        map.put("min", series.min());
        map.put("max", series.max());
        map.put("rounds", series.rounds());
        return map;
    }

    private static Map<String, Object> expectation(Expectation expectation) {
        Map<String, Object> map = figure(expectation.series());
        map.put("expected", expectation.text());
        map.put("holds", expectation.holds());
        return map;
    }
}
