import assert from 'node:assert/strict';
import { test } from 'node:test';

import { waitFigures, waitText } from '../src/lib/wait.ts';

test('a wait is told as a range', () => {
  assert.deepEqual(waitText({ low_min: 8, high_min: 14 }), { zh: '约8至14分钟', en: '8 to 14 min' });
  assert.equal(waitFigures({ low_min: 8, high_min: 14 }), '8–14');
});

test('a range of one minute is told as about that', () => {
  assert.deepEqual(waitText({ low_min: 5, high_min: 5 }), { zh: '约5分钟', en: 'about 5 min' });
  assert.equal(waitFigures({ low_min: 5, high_min: 5 }), '5');
});

test('a range from nothing on is told by its end', () => {
  assert.deepEqual(waitText({ low_min: 0, high_min: 4 }), { zh: '4分钟以内', en: 'up to 4 min' });
  assert.equal(waitFigures({ low_min: 0, high_min: 4 }), '0–4');
});

test('a wait of hours is told in hours', () => {
  assert.equal(waitText({ low_min: 119, high_min: 160 }).en, '119 to 160 min');
  assert.deepEqual(waitText({ low_min: 196, high_min: 264 }), { zh: '3小时以上', en: 'over 3 hours' });
  assert.equal(waitFigures({ low_min: 196, high_min: 264 }), '>120');
});

test('no wait and no window open are two things', () => {
  assert.equal(waitText({ low_min: 0, high_min: 0 }).en, 'no wait');
  assert.equal(waitText(null).en, 'not known yet');
  assert.equal(waitFigures(null), '—');
});
