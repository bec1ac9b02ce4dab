import assert from 'node:assert/strict';
import { test } from 'node:test';

import { nextStep, type Step } from '../src/lib/step.ts';
import type { WindowState } from '../src/lib/wire.ts';
import { actOfKey, allowed, type Act } from '../src/pages/clerk/acts.ts';
import { Settling, SETTLE_MS } from '../src/pages/clerk/keys.ts';
import { desk } from './harness.ts';

const steps: [WindowState, waiting: number, Step][] = [
  ['closed', 3, 'open'],
  ['idle', 3, 'call_next'],
  ['idle', 0, 'none'],
  ['calling', 3, 'start'],
  ['calling', 0, 'start'],
  ['serving', 1, 'finish_and_call'],
  ['serving', 0, 'finish'],
  ['wrap_up', 1, 'call_next'],
  ['wrap_up', 0, 'resume'],
  ['paused', 3, 'resume'],
  ['emergency', 3, 'none'],
];

for (const [state, waiting_total, step] of steps) {
  test(`space at a window that is ${state} with ${waiting_total} waiting: ${step}`, () => {
    assert.equal(nextStep(desk(state, { waiting_total })), step);
  });
}

test('space opens a window where nobody sits, and takes none from a colleague', () => {
  assert.equal(nextStep(desk('closed', { mine: false, clerk: null })), 'open');
  assert.equal(nextStep(desk('serving', { mine: false, clerk: 'wang', waiting_total: 4 })), 'none');
});

const possible: [WindowState, Act[]][] = [
  ['closed', []],
  ['idle', ['pause', 'close', 'emergency']],
  ['calling', ['recall', 'no_show', 'emergency']],
  ['serving', ['finish', 'park', 'transfer', 'supplement', 'emergency']],
  ['paused', ['pause', 'close', 'emergency']],
  ['emergency', ['emergency']],
];
const every: Act[] = ['recall', 'no_show', 'finish', 'park', 'transfer', 'supplement', 'pause', 'close', 'emergency'];

for (const [state, acts] of possible) {
  test(`at a window that is ${state} a clerk can: ${acts.join(', ') || 'nothing'}`, () => {
    assert.deepEqual(every.filter((act) => allowed(act, desk(state), 1_000)).sort(), [...acts].sort());
  });
}

test('a recall waits for its time, a no-show for the recalls', () => {
  const early = desk('calling', { recall_at_ms: 20_000, recalls_missing: 1 });
  assert.equal(allowed('recall', early, 19_999), false);
  assert.equal(allowed('recall', early, 20_000), true);
  assert.equal(allowed('no_show', early, 20_000), false);
  assert.equal(allowed('no_show', desk('calling', { recall_at_ms: 20_000 }), 20_000), true);
});

test('a key means its act in either case; any other key means nothing', () => {
  assert.equal(actOfKey('r'), 'recall');
  assert.equal(actOfKey('B'), 'supplement');
  assert.equal(actOfKey('x'), null);
  assert.equal(actOfKey('Escape'), null);
});

test('a hand that bounces takes one step', () => {
  const settling = new Settling();
  assert.equal(settling.over(1_000), true);
  settling.begin(1_000);
  assert.equal(settling.over(1_000 + SETTLE_MS - 1), false);
  assert.equal(settling.over(1_000 + SETTLE_MS), true);
});
