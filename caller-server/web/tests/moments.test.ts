import assert from 'node:assert/strict';
import { test } from 'node:test';

import type { Stage, TicketView } from '../src/lib/wire.ts';
import { Moments } from '../src/pages/ticket/moments.ts';

/** What a visit's views lead to: `5` = waits with five ahead, `!7` = called at 7 ms, anything else is a stage. */
function moments(...views: (number | string)[]): string {
  const machine = new Moments();
  return views.map((view) => machine.take(seen(view)) ?? '-').join(' ');
}

function seen(view: number | string): TicketView {
  const called = typeof view === 'string' && view.startsWith('!');
  const stage: Stage = typeof view === 'number' ? 'waiting' : called ? 'called' : (view as Stage);
  return {
    number: 'A001',
    lane: 'acceptance',
    lane_name: { zh: '', en: '' },
    zone_name: { zh: '', en: '' },
    stage,
    ahead: typeof view === 'number' ? view : null,
    wait: null,
    window: called ? 1 : null,
    called_at_ms: called ? Number(view.slice(1)) : null,
    grace_until_ms: null,
    note: null,
    can_cancel: false,
  };
}

test('three ahead is told once, also when it was jumped over, and whoever comes in between', () => {
  assert.equal(moments(5, 4, 3, 2, 3, 1), '- - near - - -');
  assert.equal(moments(9, 1, 0), '- near -');
  assert.equal(moments(4, 3, 6, 3), '- near - -');
});

test('who is near when the page opens is not rung for it', () => {
  assert.equal(moments(2, 1, 0), '- - -');
  assert.equal(moments(3, 5, 3), '- - -');
});

test('each call and recall is told once', () => {
  assert.equal(moments(0, '!7', '!7', 'serving'), '- called - -');
  assert.equal(moments('!7', '!9', '!9'), 'called called -');
  assert.equal(moments('!9', 'no_show', 5, 3, '!20'), 'called - - near called');
});
