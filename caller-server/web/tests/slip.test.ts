import assert from 'node:assert/strict';
import { test } from 'node:test';

import { placeOfLine } from '../src/pages/manager/slip.ts';

test('a line of a template is found by its number', () => {
  const text = 'one\n\nthree';
  assert.deepEqual(placeOfLine(text, 1), [0, 3]);
  assert.deepEqual(placeOfLine(text, 2), [4, 4]);
  assert.deepEqual(placeOfLine(text, 3), [5, 10]);
});

test('a line that is not there is the nearest', () => {
  assert.deepEqual(placeOfLine('a\nb', 0), [0, 1]);
  assert.deepEqual(placeOfLine('a\nb', 9), [2, 3]);
  assert.deepEqual(placeOfLine('', 1), [0, 0]);
});
