import assert from 'node:assert/strict';
import { test } from 'node:test';

import { Speaker, spelt } from '../src/lib/speak.ts';
import { leads_away } from '../src/pages/kiosk/shut.ts';
import { Wedge } from '../src/pages/kiosk/wedge.ts';

/** What keys were, each so many ms after the one before. */
function strokes(wedge: Wedge, keys: string[], gapMs: number, fromMs = 1_000) {
  return keys.map((key, at) => wedge.key(key, fromMs + at * gapMs));
}

test('a burst that ends with Enter is a line, and its Enter presses nothing', () => {
  const wedge = new Wedge();
  const typed = strokes(wedge, [...'11010519491231002', 'Shift', 'X', 'Enter'], 8);
  assert.deepEqual(typed.at(-1), { of: 'line', text: '11010519491231002X' });
  assert.ok(typed.slice(0, -1).every((stroke) => stroke.of === 'reader'));
  assert.deepEqual(strokes(wedge, ['Enter'], 8, 1_160), [{ of: 'hand' }], 'CR LF: nothing is left of it');
});

test('a person who types is no reader', () => {
  const wedge = new Wedge();
  assert.deepEqual(strokes(wedge, [...'123456', 'Enter'], 90).at(-1), { of: 'hand' });
  assert.deepEqual(strokes(wedge, ['1', '2', 'Enter'], 8, 5_000).at(-1), { of: 'hand' }, 'too short');
  assert.deepEqual(strokes(wedge, ['Tab'], 8, 9_000), [{ of: 'hand' }]);
  assert.deepEqual(strokes(wedge, [' '], 8, 10_000), [{ of: 'hand' }], 'a blank presses a button');
  assert.deepEqual(strokes(wedge, ['ArrowDown', 'Enter'], 300, 11_000), [{ of: 'hand' }, { of: 'hand' }]);
});

test('what is too long stays too long and is not gathered for ever', () => {
  const last = strokes(new Wedge(), [...'9'.repeat(10_000), 'Enter'], 1).at(-1);
  assert.ok(last?.of === 'line' && last.text.length === 129);
});

test('keys that lead away are told from those that the page needs', () => {
  const key = (key: string, held = {}) => leads_away({ key, ctrlKey: false, altKey: false, metaKey: false, ...held });
  for (const free of ['Tab', 'Enter', ' ', 'ArrowLeft', '7', 'x', 'Shift']) assert.equal(key(free), false, free);
  for (const away of ['F5', 'F11', 'F12', 'BrowserBack', 'Backspace', 'ContextMenu', 'Meta']) assert.equal(key(away), true, away);
  assert.ok(key('r', { ctrlKey: true }) && key('ArrowLeft', { altKey: true }) && key('l', { metaKey: true }));
});

test('it speaks when somebody listens, each text once, and says so when it can not', () => {
  const said: string[] = [];
  const speaker = new Speaker({ say: (text, tag) => said.push(`${tag}: ${text}`) > 0, stop: () => said.push('stop') });
  const text = { zh: '请取号', en: 'Take a number' };
  assert.equal(speaker.speak(text, 'zh'), false, 'nobody listens');
  speaker.on = true;
  assert.equal(speaker.speak(text, 'zh'), true);
  assert.equal(speaker.speak(text, 'zh'), false, 'it was said');
  assert.equal(speaker.speak(text, 'zh', true), true);
  assert.equal(speaker.speak(text, 'en'), true);
  speaker.hush();
  assert.deepEqual(said, ['zh-CN: 请取号', 'zh-CN: 请取号', 'en-GB: Take a number', 'stop']);
  const mute = new Speaker({ say: () => false, stop: () => {} });
  mute.on = true;
  assert.equal(mute.speak(text, 'zh'), false, 'there is no voice');
  assert.equal(spelt('A051'), 'A 0 5 1');
});
