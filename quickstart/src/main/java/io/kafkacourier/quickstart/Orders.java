/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.quickstart;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Orders of several tenants: delayed orders, important orders, orders without a route, and some that are unreadable.
 */
final class Orders implements Scenario {

    private static final int ORDERS = 1_000;
    private static final int CONNECTORS = 2;
    private static final List<String> TENANTS = List.of("acme", "globex", "initech");
    private static final List<String> TYPES =
            List.of("order.created", "order.paid", "order.created", "order.cancelled");

    private final Random random = new Random(42);

    @Override
    public String title() {
        return ORDERS + " orders of " + TENANTS.size() + " tenants";
    }

    @Override
    public List<String> inputs() {
        return List.of("orders", "orders.due");
    }

    @Override
    public List<String> examples() {
        return List.of("delay-orders", "route-orders");
    }

    @Override
    public String destinations() {
        return "[a-z]+\\.orders(\\.vip)?|orders\\.unrouted|invalid_delay|invalid_routing";
    }

    @Override
    public @Nullable String dueTopic() {
        return "orders.due";
    }

    @Override
    public List<Message> messages() {
        List<Message> messages = new ArrayList<>();
        for (int i = 0; i < ORDERS; i++) {
            messages.add(order(i));
        }
        return messages;
    }

    private Message order(int number) {
        String tenant = TENANTS.get(number % TENANTS.size());
        Map<String, String> headers = new HashMap<>(Map.of("tenant_id", tenant));
        if (number % 100 == 50) {
            return new Message(
                    id(number),
                    "orders",
                    tenant,
                    "{\"type\": \"order.created\", \"customer\": {",
                    headers,
                    "invalid_routing",
                    "BODY_NOT_JSON",
                    CONNECTORS);
        } else if (number % 200 == 75) {
            headers.put("delay", "soon");
            return order(number, tenant, "order.created", false, headers, "invalid_delay", "UNREADABLE_DUE_TIME");
        } else if (number % 10 == 3) {
            headers.put("delay", delayMs() + "ms");
        } else if (number % 50 == 7) {
            headers.put("deliver_at", Instant.now().plusMillis(delayMs()).toString());
        }
        boolean vip = number % 20 == 11;
        String type = TYPES.get(random.nextInt(TYPES.size()));
        if (vip) {
            return order(number, tenant, type, true, headers, tenant + ".orders.vip", null);
        }
        return order(
                number,
                tenant,
                type,
                false,
                headers,
                type.equals("order.cancelled") ? "orders.unrouted" : tenant + ".orders",
                null);
    }

    private Message order(
            int number,
            String tenant,
            String type,
            boolean vip,
            Map<String, String> headers,
            String destination,
            @Nullable String reason) {
        String body =
                """
                {"order_id":%d,"type":"%s","tenant":"%s","customer":{"id":%d,"vip":%b},"total":%d.%02d}""".formatted(number, type, tenant, random.nextInt(500), vip, random.nextInt(900), random.nextInt(100));
        return new Message(
                id(number),
                "orders",
                "customer-" + number % 97,
                body,
                headers,
                destination,
                reason,
                destination.equals("invalid_delay") ? 0 : CONNECTORS);
    }

    /** Two to seven seconds, so that messages do not become due during the slow first second of the services. */
    private int delayMs() {
        return 2_000 + random.nextInt(5_000);
    }

    private static String id(int number) {
        return "order-" + number;
    }
}
