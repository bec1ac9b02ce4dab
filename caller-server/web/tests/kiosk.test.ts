import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';

import { Speaker, clipOf, type Voice } from '../src/lib/speak.ts';
import { spelt, spoken } from '../src/lib/words/spoken.ts';
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

/** A voice that has these sentences, and what it was told. */
function voice(name: string, said: string[], has: (sentence: string) => boolean): Voice {
  return {
    say(sentence, language) {
      if (has(sentence)) said.push(`${name} ${language}: ${sentence}`);
      return Promise.resolve(has(sentence));
    },
    stop: () => {},
  };
}

test('it speaks when somebody listens, each text once, and what one voice lacks with the next', async () => {
  const said: string[] = [];
  const speaker = new Speaker([voice('hall', said, (sentence) => sentence.length > 3), voice('browser', said, () => true)]);
  const texts = [{ zh: '请取号码', en: 'Take a number' }, { zh: '三人', en: '3' }];
  await speaker.speak(texts, 'zh');
  assert.deepEqual(said.splice(0), [], 'nobody listens');
  speaker.on = true;
  await speaker.speak(texts, 'zh');
  assert.deepEqual(said.splice(0), ['hall zh: 请取号码', 'browser zh: 三人']);
  await speaker.speak(texts, 'zh');
  assert.deepEqual(said.splice(0), [], 'it was said');
  await speaker.speak(texts, 'zh', true);
  assert.equal(said.splice(0).length, 2);
  await speaker.speak(texts, 'en');
  assert.deepEqual(said.splice(0), ['hall en: Take a number', 'browser en: 3']);
  const mute = new Speaker([voice('hall', said, () => false)]);
  mute.on = true;
  await mute.speak(texts, 'zh');
  assert.deepEqual(said, [], 'there is no voice');
});

test('what begins stops what was being said, to its last sentence', async () => {
  const said: string[] = [];
  let end = (_ended: boolean) => {};
  const slow: Voice = {
    say(sentence) {
      said.push(sentence);
      return new Promise((ended) => (end = ended));
    },
    stop: () => end(true),
  };
  const speaker = new Speaker([slow]);
  speaker.on = true;
  const first = speaker.speak([spoken.ready, spoken.help], 'zh');
  const second = speaker.speak([spoken.closed], 'zh');
  await first;
  speaker.hush();
  await second;
  assert.deepEqual(said, [spoken.ready.zh, spoken.closed.zh]);
});

test('numbers are spelt, counts agree, and a clip is named as the pack names it', async () => {
  assert.equal(spelt('A051'), 'A 0 5 1');
  assert.equal(spoken.taken('A051').zh, '您的号码是 A 0 5 1，请取走小票。');
  assert.deepEqual([0, 1, 12].map((count) => spoken.ahead(count).en), ['Nobody ahead', '1 person ahead', '12 people ahead']);
  assert.equal(await clipOf('完成', 'zh'), `/voice/zh/${createHash('sha256').update('完成').digest('hex').slice(0, 16)}`);
});
