import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BACKOFF_MS_MAX, BACKOFF_MS_MIN, backoffMs } from '../src/lib/backoff.ts';
import { asRefused, newKey, press, type World } from '../src/lib/press.ts';
import { KEY_CHARS_MAX } from '../src/lib/wire.ts';

const wish = { path: '/api/windows/5', body: { act: 'recall' }, console: 'tab' };
const done = { got: 'done', seq: 7 };
const refused = { code: 'nobody_waiting', text: { zh: '无人等候', en: 'Nobody is waiting.' } };

/** A network that answers each try with the next reply; an `Error` is a broken line. */
function network(replies: (Response | Error)[]) {
  const headers: Record<string, string>[] = [];
  const slept: number[] = [];
  const world: World = {
    fetch: (_path, request) => {
      headers.push(request?.headers as Record<string, string>);
      const reply = replies.shift() ?? new Error('asked too often');
      return reply instanceof Error ? Promise.reject(reply) : Promise.resolve(reply);
    },
    sleep: (ms) => {
      slept.push(ms);
      return Promise.resolve();
    },
    random: () => 1,
  };
  return { world, headers, slept };
}

test('an order that is answered is sent once, with its key and console', async () => {
  const { world, headers } = network([Response.json(done)]);
  assert.deepEqual(await press(wish, undefined, world), { done: true, answer: done });
  assert.equal(headers.length, 1);
  assert.equal(headers[0]?.['X-Console'], 'tab');
  assert.match(headers[0]?.['Idempotency-Key'] ?? '', /^[0-9a-f]{32}$/);
});

test('a lost answer is asked for again under the same key, later and later', async () => {
  const page = new Response('<h1>502</h1>', { status: 502 });
  const { world, headers, slept } = network([new Error('cut'), page, new Error('cut'), Response.json(done)]);
  const told: number[] = [];
  assert.deepEqual(await press(wish, (tries) => told.push(tries), world), { done: true, answer: done });
  assert.equal(new Set(headers.map((header) => header['Idempotency-Key'])).size, 1);
  assert.deepEqual(told, [1, 2, 3]);
  assert.deepEqual(slept, [250, 500, 1_000]);
});

test('a refusal is the end of an order, whatever its status', async () => {
  for (const status of [409, 422, 503]) {
    const { world, headers } = network([Response.json(refused, { status })]);
    assert.deepEqual(await press(wish, undefined, world), { done: false, refused });
    assert.equal(headers.length, 1);
  }
});

test('two orders have two keys, short enough for the server', () => {
  const keys = new Set(Array.from({ length: 1_000 }, newKey));
  assert.equal(keys.size, 1_000);
  assert.ok([...keys].every((key) => key.length <= KEY_CHARS_MAX));
});

test('only a code with a sentence in both languages is a refusal', () => {
  assert.deepEqual(asRefused(refused), refused);
  for (const other of [null, 'no', {}, { code: 'x' }, { code: 'x', text: { zh: '否' } }]) {
    assert.equal(asRefused(other), null);
  }
});

test('the pause doubles to its limit and is never less than half of itself', () => {
  assert.deepEqual([0, 1, 2, 3, 4, 5, 99].map((tries) => backoffMs(tries, 1)), [250, 500, 1_000, 2_000, 4_000, 5_000, 5_000]);
  for (let tries = 0; tries < 20; tries += 1) {
    const [low, high] = [backoffMs(tries, 0), backoffMs(tries, 1)];
    assert.ok(low >= BACKOFF_MS_MIN / 2 && high <= BACKOFF_MS_MAX && low * 2 === high, `${tries}: ${low} to ${high}`);
  }
});
