/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.schedule;

/**
 * The policy of the simulations, for inputs and tiers. In inputs, due times and classes both depend on the settings, and
 * some messages stay until they are due. Some have a due time of their own, with or without a timestamp.
 */
record ScaledWait(long horizonMs, long scale) implements Policy<Message, Message> {

    static ScaledWait parse(String settings) {
        String[] parts = settings.split("/", -1);
        return new ScaledWait(Long.parseLong(parts[0]), Long.parseLong(parts[1]));
    }

    /** Policies with this one as the current policy. */
    Policies<Message, Message> policies() {
        return new Policies<>() {
            @Override
            public Policy<Message, Message> current() {
                return ScaledWait.this;
            }

            @Override
            public Policy<Message, Message> under(String settings) {
                return parse(settings);
            }
        };
    }

    @Override
    public String settings() {
        return horizonMs + "/" + scale;
    }

    @Override
    public Entry<Message> judge(Message message) {
        Message.Stay stay = message.stay();
        if (stay != null) {
            return Entry.inTier(
                    message.offset(), message.id(), stay.releaseMs(), Long.MAX_VALUE, stay.dueMs(), 1, message);
        } else if (message.waitMs() < 0) {
            return Entry.refused(message.offset(), message.timestampMs(), 1, message);
        }
        if (message.waitMs() % 8 == 7) {
            long delayMs = message.waitMs() * scale;
            return Entry.staying(message.offset(), delayMs, message.timestampMs() + delayMs, 1, message);
        }
        long dueMs = message.waitMs() == 0 ? 0 : message.timestampMs() + message.waitMs() * scale;
        if (message.waitMs() % 8 == 3) {
            long enteredMs = message.id() % 2 == 0 ? message.timestampMs() : -1;
            return Entry.at(message.offset(), enteredMs, dueMs, new Limit("longest", 2 * horizonMs), 1, message);
        }
        return Entry.due(message.offset(), message.timestampMs(), dueMs, 1, message);
    }
}
