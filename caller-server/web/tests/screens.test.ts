import assert from 'node:assert/strict';
import { test } from 'node:test';

import { manager, citizen, clerk, common, kiosk } from '../src/lib/words.ts';
import type { CallView, Rules } from '../src/lib/wire.ts';
import { Arrivals } from '../src/pages/board/arrivals.ts';
import { draftOf, rulesOf } from '../src/pages/manager/rules.ts';

function calls(...seqs: number[]): CallView[] {
  return seqs.map((seq) => ({ seq, number: `A${seq}`, window: 1, zone: 'A', at_ms: seq, recalls: 0, language: 'zh' }));
}

test('a board shows as new only what it saw happen', () => {
  const arrivals = new Arrivals();
  assert.deepEqual([...arrivals.take(calls(12, 10), false)], [], 'at switching on');
  assert.deepEqual([...arrivals.take(calls(15, 12, 10), true)], [15], 'a call while it watched');
  assert.deepEqual([...arrivals.take(calls(19, 17, 15), false)], [], 'calls that it missed while it was cut off');
  assert.deepEqual([...arrivals.take(calls(19, 17, 15), true)], [], 'the same calls again');
  assert.deepEqual([...arrivals.take(calls(22, 21, 19), true)], [22, 21], 'two calls at once');
});

const rules: Rules = {
  classes: [
    { class: 'normal', offset_s: 0, rate_milli: 1_000, cap_s: 2_700 },
    { class: 'priority', offset_s: 600, rate_milli: 1_250, cap_s: 2_700 },
  ],
  recalls: 2,
  recall_gap_s: 20,
  grace_s: 1_800,
  penalty_s: 300,
};

test('rules come out of the form as they went in', () => {
  assert.deepEqual(rulesOf(draftOf(rules)), rules);
});

test('an empty field, a fraction or a value beyond its limit is no rule', () => {
  const with_class = (change: object) => {
    const draft = draftOf(rules);
    return rulesOf({ ...draft, classes: [{ ...draft.classes[0]!, ...change }] });
  };
  for (const change of [{ offset_s: null }, { offset_s: -1 }, { cap_s: 86_401 }, { cap_s: 1.5 }, { rate: 100.1 }, { rate: 0.0001 }]) {
    assert.equal(with_class(change), null, JSON.stringify(change));
  }
  assert.equal(rulesOf({ ...draftOf(rules), recalls: 11 }), null);
  assert.equal(with_class({ rate: 0.5 })?.classes[0]?.rate_milli, 500);
});

test('no text is empty in either language', () => {
  const texts = [common, citizen, clerk, kiosk, manager].flatMap((words) => Object.entries(words));
  for (const [name, text] of texts) {
    if (typeof text === 'function') continue;
    assert.ok(text.zh.trim() && text.en.trim(), name);
    assert.match(text.zh, /[\u4e00-\u9fff]/u, `${name} is not Chinese`);
  }
});
