// SPDX-License-Identifier: Apache-2.0
// A consumer of billing and billing.retry that fails on every message: node failing-consumer.mjs <bootstrap servers>
//
// The value of a message lists the error classes of its failures, separated by commas. An empty class means that only the
// error message is known. The first word of the key selects how the headers of the failure are written to billing.errors.
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const kafka = new Kafka({ brokers: process.argv[2].split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: 'billing' });
const producer = kafka.producer();

const sorted = (headers) =>
  Object.fromEntries(Object.entries(headers).sort(([left], [right]) => (left < right ? -1 : 1)));

const writers = {
  inPlace: (headers, added) => ({ ...headers, ...added }),
  inFront: (headers, added) => ({ ...added, ...headers, ...added }),
  sorted: (headers, added) => sorted({ ...headers, ...added }),
};

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: ['billing', 'billing.retry'], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const retries = Number(message.headers['__courier.retry.attempt'] ?? 0);
    const errorClass = message.value.toString().split(',')[retries];
    const added = { error_msg: `failure ${retries}` };
    if (errorClass) {
      added['__courier.error.class'] = errorClass;
    }
    const write = writers[message.key.toString().split(' ')[0]];
    await producer.send({
      topic: 'billing.errors',
      messages: [{ key: message.key, value: message.value, headers: write(message.headers, added) }],
    });
  },
});
console.log('ready');
