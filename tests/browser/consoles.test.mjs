// Two consoles: on one window, and at two windows at the same moment.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, numberOn, shows, sitDown, space } from './lib/people.mjs';
import { SIZES, Screens, picture } from './lib/screens.mjs';

const words = WORDS.zh;
let hall, screens, terminal;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  terminal = await hall.terminal('terminal-1');
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

test('a window that is in use says by whom, and passes to another console only when that one takes it', async () => {
  const first = await sitDown(screens, hall, { name: 'wang', window: 2 });
  await space(first, words.open);
  await shows(first, words.nobody);

  const second = await sitDown(screens, hall, { name: 'li', window: 2 });
  await shows(second, words.taken_by('wang'));
  await second.keyboard.press('Space');
  await shows(second, words.taken_by('wang'));
  await picture(second, 'clerk-taken-zh');

  await second.getByRole('button', { name: words.take_over }).click();
  await shows(second, words.nobody);
  await shows(first, words.taken_by('li'));
  noErrors(first, second);
  await Promise.all([first, second].map((page) => page.context().close()));
});

test('two clerks who press Space together get two different people', async () => {
  const clerks = [];
  for (const [name, window] of [['wang', 1], ['zhao', 3]]) {
    const page = await sitDown(screens, hall, { name, window });
    await space(page, words.open);
    await shows(page, words.nobody);
    clerks.push(page);
  }
  const numbers = [(await terminal.take()).number, (await terminal.take()).number];
  const above = [1, 3].map((window) => screens.open(hall.url(`/window?window=${window}`), { size: SIZES.tablet }));

  await Promise.all(clerks.map((page) => space(page, words.call_next)));
  await Promise.all(clerks.map((page) => page.getByRole('button', { name: words.start }).first().waitFor()));
  const called = await Promise.all(above.map(async (page) => numberOn(await page)));
  assert.deepEqual(called.toSorted(), numbers.toSorted());
  noErrors(...clerks);
});
