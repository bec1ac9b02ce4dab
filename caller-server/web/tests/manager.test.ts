import assert from 'node:assert/strict';
import { test } from 'node:test';

import { minuteOf, minuteText, aheadOfUtcMin, dayText } from '../src/lib/time.ts';
import type { Balance, HalfHour, Rules } from '../src/lib/wire.ts';
import { DEFAULTS, balanceDraftOf, balanceOf, changesMore, newSwitch, switchProblem } from '../src/pages/manager/balance.ts';
import { aligned, difference, seconds } from '../src/pages/manager/figures.ts';
import { comparisonOf, draftOfDays, neededOf } from '../src/pages/manager/people.ts';

const FULL: Balance = {
  ratio: { normal: 3, returning: 1, priority: 2, appointment: 1 },
  reserved: [{ class: 'priority', windows: 2, release_after_s: 120 }],
  zones: { mode: 'jsq', steal_after_s: null },
  idle_pick: 'least_busy',
  switches: [
    {
      name: '早高峰',
      when: { clock: { from_min: 540, until_min: 660, ahead_of_utc_min: 480 } },
      dwell_s: 60,
      then: { classes: [{ class: 'priority', offset_s: 900, rate_milli: 1500, cap_s: 600 }], ratio: {}, reserved: [], zones: null, idle_pick: null },
    },
    {
      name: 'long line',
      when: { oldest_wait: { lane: 'issuing', over_s: 900, back_under_s: 300 } },
      dwell_s: 0,
      then: { classes: [], ratio: {}, reserved: null, zones: null, idle_pick: 'fewest_accepted' },
    },
  ],
  auto_call: [1, 2, 7],
};

test('every rule goes through the form and comes back as it was', () => {
  assert.deepEqual(balanceOf(balanceDraftOf(FULL)), FULL);
  assert.deepEqual(balanceOf(balanceDraftOf(undefined)), DEFAULTS);
  assert.deepEqual(balanceOf(balanceDraftOf({ ...FULL, zones: { mode: 'lew', steal_after_s: 90 } })), {
    ...FULL,
    zones: { mode: 'lew', steal_after_s: 90 },
  });
  assert.equal(changesMore(balanceDraftOf(FULL).switches[0]!), true);
});

test('a rule out of its limits is not sent', () => {
  const changed = (change: (draft: ReturnType<typeof balanceDraftOf>) => void) => {
    const draft = balanceDraftOf(FULL);
    change(draft);
    return balanceOf(draft);
  };
  assert.equal(changed((draft) => (draft.ratio[0]!.part = 0)), null);
  assert.equal(changed((draft) => (draft.ratio[0]!.part = null)), null);
  assert.notEqual(changed((draft) => Object.assign(draft, { ratio_on: false }) && (draft.ratio[0]!.part = 0)), null);
  assert.equal(changed((draft) => (draft.reserved[2]!.release_after_s = null)), null);
  assert.equal(changed((draft) => Object.assign(draft, { steal: 'after', steal_after_s: 0 })), null);
  assert.equal(changed((draft) => (draft.switches[1]!.name = '早高峰')), null, 'no two switches have one name');
  assert.equal(changed((draft) => (draft.switches[1]!.off = 901)), null, 'off lies on the other side of on');
});

test('a new switch says what is missing', () => {
  const row = newSwitch('acceptance', Date.UTC(2026, 10, 23));
  assert.equal(row.ahead_of_utc_min, 480);
  assert.equal(switchProblem(row, [row]), 'name');
  row.name = 'rush';
  assert.equal(switchProblem(row, [row]), 'nothing');
  row.class = 'priority';
  assert.equal(switchProblem(row, [row]), null);
  const [made] = balanceOf({ ...balanceDraftOf(), switches: [row] })!.switches;
  assert.deepEqual(made!.then.classes, [{ class: 'priority', offset_s: 0, rate_milli: 1000, cap_s: 2700 }]);
});

test('times of day are read and written', () => {
  assert.deepEqual(['09:30', '24:00', '9:05', '24:01', '9:60', 'x'].map(minuteOf), [570, 1440, 545, null, null, null]);
  assert.equal(minuteText(570), '09:30');
  const evening = Date.UTC(2026, 10, 23, 17);
  assert.deepEqual([aheadOfUtcMin(evening), dayText(evening)], [480, '2026-11-24']);
});

test('a what-if asks for what stands in the fields', () => {
  const days = [{ day: '2026-11-24', issued: 3, mean_wait_s: 1 }, { day: '2026-11-23', issued: 800, mean_wait_s: 60 }];
  const rules = { now: { recalls: 1 } as Rules, presets: [{ recalls: 2 } as Rules] };
  const draft = draftOfDays(days, '2026-11-24', 'acceptance');
  assert.deepEqual(comparisonOf(draft, rules), {
    ask: 'compare', people: { from: 'days', days: ['2026-11-23'] }, change: { open: [], hours: [] }, target_s: 900, draws: 0,
  });
  const other = comparisonOf({ ...draft, rules: 0, opened: 'count', windows: 12 }, rules)!;
  assert.deepEqual(other.ask === 'compare' && other.change, {
    rules: { recalls: 2 }, hours: [], open: [{ lane: 'acceptance', from_min: 600, until_min: 660, windows: 12 }],
  });
  assert.equal(comparisonOf({ ...draft, opened: 'count', from: '11:00' }, rules), null);
  const one = comparisonOf({ ...draft, opened: 'one', window: 7 }, rules)!;
  assert.deepEqual(one.ask === 'compare' && one.change, { open: [], hours: [{ window: 7, from_min: 600, until_min: 660 }] });
  assert.equal(comparisonOf({ ...draft, opened: 'one', window: null }, rules), null);
  assert.equal(comparisonOf({ ...draft, days: [], visits: 0 }, rules), null);
  assert.equal(neededOf({ ...draft, days: [] }), null, 'made-up people need no number of windows');
  assert.equal(neededOf({ ...draft, target_min: null }), null);
});

test('half hours of both sides stand on one axis', () => {
  const half = (from_min: number, visits: number, mean_s: number): HalfHour => ({ from_min, visits, mean_s, p95_s: mean_s });
  const { minutes, means } = aligned([[half(510, 2, 60), half(540, 0, 0)], [half(540, 1, 120)]]);
  assert.deepEqual([minutes, means], [[510, 540], [[1, null], [null, 2]]]);
  assert.deepEqual([difference(100, 40), difference(1, 1), difference(0, 65)], ['−1:00', '0:00', '+1:05']);
  assert.deepEqual([seconds({ mean: 61 }), seconds({ mean: 61, plus_minus: 5.4 })], ['1:01', '1:01 ± 0:05']);
});
