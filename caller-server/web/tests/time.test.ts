import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clockText, clockTextSeconds, HallClock, lengthText } from '../src/lib/time.ts';
import { SILENCE_MS_MAX } from '../src/lib/wire.ts';

/** 2026-11-23 09:45:10 in the hall. */
const MORNING_MS = Date.UTC(2026, 10, 23, 1, 45, 10);

test('before the first word nobody knows the time', () => {
  const clock = new HallClock();
  assert.equal(clock.at(5), null);
  assert.equal(clock.lastHeard(), null);
});

test('between words the clock goes on as ours does', () => {
  const clock = new HallClock();
  clock.hear(MORNING_MS, 100);
  assert.equal(clock.at(1_600), MORNING_MS + 1_500);
});

test('a demonstration at sixty times the speed is followed at that speed', () => {
  const clock = new HallClock();
  for (const local_ms of [0, 2_000, 4_000]) clock.hear(MORNING_MS + 60 * local_ms, local_ms);
  assert.equal(clock.rate(), 60);
  assert.equal(clock.at(5_000), MORNING_MS + 300_000);
});

test('the jitter of a network does not make the clock run wrong', () => {
  const clock = new HallClock();
  for (const [hall_ms, local_ms] of [[0, 0], [2_000, 2_040], [4_000, 4_010], [6_000, 6_080]] as const) {
    clock.hear(MORNING_MS + hall_ms, local_ms);
  }
  assert.equal(clock.rate(), 1);
});

test('a change of speed is followed within a few words', () => {
  const clock = new HallClock();
  for (let at = 0; at <= 20; at += 1) clock.hear(MORNING_MS + 2_000 * at, 2_000 * at);
  const from_ms = MORNING_MS + 40_000;
  for (let at = 1; at <= 8; at += 1) clock.hear(from_ms + 20_000 * at, 40_000 + 2_000 * at);
  assert.equal(clock.rate(), 10);
});

test('a clock that was set back is believed at once', () => {
  const clock = new HallClock();
  clock.hear(MORNING_MS, 0);
  clock.hear(MORNING_MS + 2_000, 2_000);
  clock.hear(MORNING_MS - 3_600_000, 4_000);
  assert.equal(clock.at(4_000), MORNING_MS - 3_600_000);
});

test('a server that is silent stops the clock', () => {
  const clock = new HallClock();
  clock.hear(MORNING_MS, 0);
  assert.equal(clock.at(3_600_000), MORNING_MS + SILENCE_MS_MAX);
  assert.equal(clock.lastHeard(), MORNING_MS);
});

test('times are those of the hall, wherever the screen stands', () => {
  assert.equal(clockText(MORNING_MS), '09:45');
  assert.equal(clockTextSeconds(MORNING_MS), '09:45:10');
  assert.equal(clockText(null), '--:--');
});

test('lengths of time read like a stop watch', () => {
  const texts = [-5, 0, 7_000, 65_000, 600_000, 3_600_000, 3_725_000].map(lengthText);
  assert.deepEqual(texts, ['0:00', '0:00', '0:07', '1:05', '10:00', '1:00:00', '1:02:05']);
});
