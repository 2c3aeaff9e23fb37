// SPDX-License-Identifier: Apache-2.0
// A consumer of billing and billing.retry to which every message fails: node failing-consumer.mjs <bootstrap servers>
//
// The value of a message lists the classes of its failures, with commas between them; an empty one is a failure of which
// only a message is known. Its key names how the failure is written to billing.errors.
import kafkajs from 'kafkajs';

const { Kafka, logLevel } = kafkajs;
const kafka = new Kafka({ brokers: process.argv[2].split(','), logLevel: logLevel.ERROR });
const consumer = kafka.consumer({ groupId: 'billing' });
const producer = kafka.producer();

const sorted = (headers) =>
  Object.fromEntries(Object.entries(headers).sort(([left], [right]) => (left < right ? -1 : 1)));

const writers = {
  inPlace: (headers, news) => ({ ...headers, ...news }),
  inFront: (headers, news) => ({ ...news, ...headers, ...news }),
  sorted: (headers, news) => sorted({ ...headers, ...news }),
};

await producer.connect();
await consumer.connect();
await consumer.subscribe({ topics: ['billing', 'billing.retry'], fromBeginning: true });
await consumer.run({
  eachMessage: async ({ message }) => {
    const retries = Number(message.headers['__courier.retry.attempt'] ?? 0);
    const errorClass = message.value.toString().split(',')[retries];
    const news = { error_msg: `failure ${retries}` };
    if (errorClass) {
      news['__courier.error.class'] = errorClass;
    }
    const write = writers[message.key.toString().split(' ')[0]];
    await producer.send({
      topic: 'billing.errors',
      messages: [{ key: message.key, value: message.value, headers: write(message.headers, news) }],
    });
  },
});
console.log('ready');
