/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.it;

import io.kafkacourier.embedded.ServiceFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;
import org.apache.kafka.common.acl.AccessControlEntry;
import org.apache.kafka.common.acl.AclBinding;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.acl.AclPermissionType;
import org.apache.kafka.common.resource.PatternType;
import org.apache.kafka.common.resource.ResourcePattern;
import org.apache.kafka.common.resource.ResourceType;

/** The permissions that the commands in {@code docs/security.md} grant. */
final class DocumentedPermissions {

    /** The name of the connector on the page. */
    static final String CONNECTOR = "orders";

    private static final String COMMAND = "acls --allow-principal ";

    private DocumentedPermissions() {}

    /** The text of the page. */
    static String page() {
        try {
            return Files.readString(ServiceFiles.projectFile("docs/security.md"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The permissions that a worker needs for any connector. */
    static List<AclBinding> ofTheWorker() {
        return commands()
                .filter(command -> !command.contains(CONNECTOR))
                .flatMap(DocumentedPermissions::bindings)
                .toList();
    }

    /** The permissions that a connector of that name and its worker need. */
    static List<AclBinding> of(String connector) {
        return commands()
                .filter(command -> command.contains(CONNECTOR))
                .map(command -> command.replace(CONNECTOR, connector))
                .flatMap(DocumentedPermissions::bindings)
                .toList();
    }

    private static Stream<String> commands() {
        return page().replace("\\\n", " ").lines().filter(line -> line.startsWith(COMMAND));
    }

    private static Stream<AclBinding> bindings(String command) {
        PatternType pattern = PatternType.LITERAL;
        String principal = "";
        List<ResourcePattern> resources = new ArrayList<>();
        List<AclOperation> operations = new ArrayList<>();
        String[] words = command.strip().split(" +", -1);
        for (int i = 1; i < words.length; i += 2) {
            String value = words[i + 1];
            switch (words[i]) {
                case "--allow-principal" -> principal = value;
                case "--operation" ->
                    operations.add(AclOperation.valueOf(
                            value.replaceAll("(?<=[a-z])(?=[A-Z])", "_").toUpperCase(Locale.ROOT)));
                case "--resource-pattern-type" -> pattern = PatternType.fromString(value.toUpperCase(Locale.ROOT));
                default -> resources.add(new ResourcePattern(type(words[i]), value, PatternType.LITERAL));
            }
        }
        PatternType patternType = pattern;
        String allowed = principal;
        return resources.stream()
                .flatMap(resource -> operations.stream()
                        .map(operation -> new AclBinding(
                                new ResourcePattern(resource.resourceType(), resource.name(), patternType),
                                new AccessControlEntry(allowed, "*", operation, AclPermissionType.ALLOW))));
    }

    private static ResourceType type(String option) {
        return switch (option) {
            case "--topic" -> ResourceType.TOPIC;
            case "--group" -> ResourceType.GROUP;
            case "--transactional-id" -> ResourceType.TRANSACTIONAL_ID;
            default -> throw new IllegalArgumentException("The page has a command with the option " + option);
        };
    }
}
