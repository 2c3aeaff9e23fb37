/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier;

import io.kafkacourier.core.config.InvalidConfigurationException;
import io.kafkacourier.core.rule.Decision;
import io.kafkacourier.core.rule.Router;
import io.kafkacourier.core.rule.RouterConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * Checks rules without a cluster: prints where records would go, and why.
 *
 * <pre>java -cp kafka-connect-courier.jar io.kafkacourier.RouteCheck RULES RECORDS [ALIAS]</pre>
 *
 * <p>{@code RULES} is a file with the configuration of ContentRouter ({@code rules=...}), of a whole connector or of a
 * producer, as properties or as JSON; {@code ALIAS} selects a ContentRouter if the connector has several. {@code
 * RECORDS} is a file, or {@code -} for the standard input, with one JSON object for each record; all members are
 * optional:
 *
 * <pre>{"topic": "events", "partition": 0, "timestamp": 1767225600000,
 *   "headers": {"tenant_id": "acme"}, "key": "k-1", "value": {"type": "order.paid"}}</pre>
 *
 * <p>A text as key or value is the body itself; anything else is a JSON body, exactly as written. The exit status is 0
 * if all records are routed or may match no rule, 1 if a record cannot be routed or must match a rule but does not, and
 * 2 if a file cannot be used.
 */
public final class RouteCheck {

    private static final int DONE = 0;
    private static final int NOT_ROUTED = 1;
    private static final int NOT_USABLE = 2;

    private final InputStream in;
    private final PrintStream out;
    private final PrintStream err;

    RouteCheck(InputStream in, PrintStream out, PrintStream err) {
        this.in = in;
        this.out = out;
        this.err = err;
    }

    public static void main(String[] arguments) {
        System.exit(new RouteCheck(System.in, System.out, System.err).run(List.of(arguments)));
    }

    /** Does what {@link #main} does, and returns the exit status. */
    int run(List<String> arguments) {
        if (arguments.size() < 2 || arguments.size() > 3) {
            err.println("Usage: RouteCheck RULES RECORDS [ALIAS], where RECORDS is a file or - for the standard input");
            return NOT_USABLE;
        }
        try {
            RulesFile rules = RulesFile.read(
                    Files.readString(Path.of(arguments.get(0))), arguments.size() == 3 ? arguments.get(2) : null);
            RouterConfig config = rules.config();
            Router router = config.router();
            int status = DONE;
            for (RecordFile.Entry record : RecordFile.read(records(arguments.get(1)))) {
                status = Math.max(status, report(record, router.route(record), config));
            }
            return status;
        } catch (InvalidConfigurationException | IllegalArgumentException e) {
            err.println(e.getMessage());
        } catch (NoSuchFileException e) {
            err.println("There is no file " + e.getMessage());
        } catch (CharacterCodingException e) {
            err.println("The file " + arguments.get(0) + " is not UTF-8");
        } catch (IOException e) {
            err.println(e);
        }
        return NOT_USABLE;
    }

    private byte[] records(String file) throws IOException {
        return file.equals("-") ? in.readAllBytes() : Files.readAllBytes(Path.of(file));
    }

    private int report(RecordFile.Entry record, Decision decision, RouterConfig config) {
        if (decision instanceof Decision.Routed routed) {
            out.println("routed     topic=" + routed.topic() + " partition="
                    + (routed.partition() == null ? "(the producer chooses)" : routed.partition())
                    + (routed.rule() == null ? " (no rule matched)" : " rule=" + routed.rule()));
            return DONE;
        } else if (decision instanceof Decision.Failed failed) {
            out.println("failed     reason=" + failed.reason() + (failed.rule() == null ? "" : " rule=" + failed.rule())
                    + ": " + consequence(record, config));
            return NOT_ROUTED;
        }
        return switch (config.noMatch()) {
            case FAIL -> {
                out.println("unmatched  raises a DataException");
                yield NOT_ROUTED;
            }
            case DROP -> {
                out.println("unmatched  is dropped");
                yield DONE;
            }
            case PASSTHROUGH, ROUTE -> {
                out.println("unmatched  stays in " + record.topic());
                yield DONE;
            }
        };
    }

    private static String consequence(RecordFile.Entry record, RouterConfig config) {
        return switch (config.onError()) {
            case AUTO ->
                "goes to " + config.errorTopic() + " from a source, raises a DataException on the way to a sink";
            case ROUTE -> "goes to " + config.errorTopic();
            case FAIL -> "raises a DataException";
            case PASSTHROUGH -> "stays in " + record.topic();
            case DROP -> "is dropped";
        };
    }
}
