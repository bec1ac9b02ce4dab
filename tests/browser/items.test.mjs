// Kinds of business: the clerk names one, the manager reads how long each takes. And the manager silences a zone.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, noLongerShows, shows, signIn, sitDown, space } from './lib/people.mjs';
import { pause } from './lib/programs.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** The manager's page asks for the day's times this often, and the store has them a moment later. */
const TOLD_WITHIN = { timeout: 40_000 };
/** A visit of no length would be no share of anything. */
const SERVICE_MS = 1_500;
const ITEMS = `items = [
  { id = "tax", zh = "税务登记", en = "Tax registration" },
  { id = "deed", zh = "不动产登记", en = "Deeds" },
]`;

let hall, screens, terminal;

before(async () => {
  hall = await Hall.open({ settings: ITEMS });
  screens = await Screens.start();
  terminal = await hall.terminal('terminal-1');
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

for (const [language, tax, heading, title] of [
  ['zh', '税务登记', '各事项办理时间', '事项'],
  ['en', 'Tax registration', 'Time at the window by item', 'Item'],
]) {
  test(`a clerk names the item of a visit, and the manager sees how long such visits take (${language})`, async () => {
    const words = WORDS[language];
    const window = language === 'zh' ? 1 : 2;
    await terminal.take();
    const clerk = await sitDown(screens, hall, { name: language === 'zh' ? 'wang' : 'li', window, language });
    await space(clerk, words.open);
    await space(clerk, words.call_next);
    const pick = clerk.getByLabel(title);
    await pick.selectOption({ label: tax });
    await clerk.waitForFunction(() => document.querySelector('select')?.value === 'tax');
    await space(clerk, words.start); // the key is the console's again
    await picture(clerk, `clerk-item-${language}`);
    assert.equal(await pick.inputValue(), 'tax');
    assert.deepEqual(await barriers(clerk), []);
    await pause(SERVICE_MS);
    await space(clerk, words.finish);
    await shows(clerk, words.nobody);

    const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk, language });
    await signIn(manager, 'chen', words);
    const table = manager.locator('section').filter({ has: manager.getByRole('heading', { name: heading }) });
    const row = table.getByRole('row').filter({ hasText: tax });
    await row.filter({ hasText: '100 %' }).waitFor(TOLD_WITHIN);
    await table.scrollIntoViewIfNeeded();
    await picture(manager, `manager-items-${language}`);
    assert.deepEqual(await barriers(manager), []);
    noErrors(clerk, manager);
    await Promise.all([clerk, manager].map((page) => page.context().close()));
  });
}

test('a manager silences a zone with one press, everybody at the office sees by whom and why, and lets it speak again', async () => {
  const [manager, other] = await Promise.all([0, 1].map(() => screens.open(hall.url('/manager'), { size: SIZES.desk })));
  await Promise.all([manager, other].map((page) => signIn(page, 'chen', WORDS.zh)));
  await manager.getByLabel('静音原因').fill('领导讲话');
  await manager.getByRole('button', { name: '立即静音 A厅' }).click();
  for (const page of [manager, other]) {
    await shows(page, '起静音（chen：领导讲话）');
    await page.getByRole('button', { name: '立即静音 B厅' }).waitFor();
  }
  await picture(manager, 'manager-muted-zh');
  assert.deepEqual(await barriers(manager), []);
  await other.getByRole('button', { name: '恢复播报 A厅' }).click();
  await noLongerShows(manager, '起静音（chen');
  noErrors(manager, other);
});
