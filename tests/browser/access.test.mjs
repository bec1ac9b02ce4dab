// Every screen, in both languages, before an accessibility engine: nothing serious, nothing critical. Pictures are kept.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, shows, signIn, sitDown, space } from './lib/people.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

let hall, screens, dispenser, slipPage;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  dispenser = await hall.dispenser('dispenser-1');
  const terminal = await hall.terminal('terminal-1');
  const tickets = [];
  for (const lane of ['acceptance', 'acceptance', 'issuing', 'consulting', 'acceptance']) {
    tickets.push(await terminal.take({ lane }));
  }
  slipPage = `/t/${tickets.at(-1).token}`;
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

/** Opens a page, waits for its text, judges and pictures it. */
async function judge(name, url, size, language, text, act = async () => {}) {
  const page = await screens.open(url, { size, language });
  await act(page, WORDS[language]);
  await shows(page, text);
  assert.deepEqual(await barriers(page), []);
  await picture(page, `${name}-${language}`);
  noErrors(page);
  await page.context().close();
}

test('the engine sees a barrier where there is one', async () => {
  const page = await screens.open(hall.url('/'), { size: SIZES.desk });
  await page.setContent('<html lang="en"><title>x</title><main><h1>x</h1><img src="x"><input></main>');
  assert.equal((await barriers(page)).length, 2);
  await page.context().close();
});

for (const language of ['zh', 'en']) {
  const words = WORDS[language];
  const pages = {
    index: ['/', SIZES.desk, language === 'zh' ? '全部屏幕' : 'All screens'],
    'board-all': ['/board', SIZES.board, words.acceptance],
    'window-idle': ['/window?window=4', SIZES.tablet, '窗口'],
    ticket: [() => slipPage, SIZES.phone, words.waiting],
    'clerk-sign-in': ['/clerk?window=2', SIZES.desk, words.sign_in],
  };
  for (const [name, [path, size, text]] of Object.entries(pages)) {
    test(`${name} has no barrier, in ${language}`, async () => {
      await judge(name, hall.url(typeof path === 'function' ? path() : path), size, language, text);
    });
  }

  test(`kiosk has no barrier, in ${language}`, async () => {
    await judge('kiosk', dispenser.kiosk, SIZES.kiosk, language, words.acceptance);
  });

  test(`manager has no barrier, in ${language}`, async () => {
    await judge('manager', hall.url('/manager'), SIZES.desk, language, 'dispenser-1', (page) => signIn(page, 'chen', words));
  });

  test(`clerk at work has no barrier, in ${language}`, async () => {
    const name = language === 'zh' ? 'wang' : 'li';
    const clerk = await sitDown(screens, hall, { name, window: language === 'zh' ? 1 : 2, language });
    await space(clerk, words.open);
    await space(clerk, words.call_next);
    await clerk.getByRole('button', { name: words.start }).first().waitFor();
    assert.deepEqual(await barriers(clerk), []);
    await picture(clerk, `clerk-${language}`);
    noErrors(clerk);
    await clerk.context().close();
  });
}
