// A printer dies with a slip in it: the clerk and the manager see the number, and have it printed at another dispenser.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, noLongerShows, shows, signIn, sitDown, slip } from './lib/people.mjs';
import { dyingPrinter } from './lib/printer.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** A printer that is gone is noticed, and tried for a second, within this time, ms. */
const SEEN_WITHIN = { timeout: 20_000 };

let hall, screens, printer, torn, other;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  printer = await dyingPrinter();
  torn = await hall.dispenser('kiosk-1', '', { settings: 'elsewhere_after_s = 1', printer: printer.address });
  other = await hall.dispenser('kiosk-2');
});

after(async () => {
  await screens?.close();
  await hall?.close();
  printer?.stop();
});

test('a slip that was torn is listed for the staff, and comes out at the dispenser that the clerk chooses', async () => {
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(manager, 'chen', WORDS.zh);
  const clerk = await sitDown(screens, hall, { name: 'wang', window: 1 });
  const kiosk = await screens.open(torn.kiosk, { size: SIZES.kiosk });
  await kiosk.getByRole('button', { name: WORDS.zh.acceptance }).first().click(SEEN_WITHIN);
  await shows(kiosk, '未完整打印', SEEN_WITHIN);

  for (const page of [clerk, manager]) {
    await shows(page, '未打印的号票', SEEN_WITHIN);
    await shows(page, 'kiosk-1 未打印成功');
    assert.deepEqual(await barriers(page), []);
  }
  await picture(clerk, 'clerk-unprinted-zh');
  await picture(manager, 'manager-unprinted-zh');

  await clerk.getByRole('button', { name: '在 kiosk-2 补打' }).click();
  assert.match(await slip(other, 1), /-A001-reprint\.png$/);
  for (const page of [clerk, manager]) {
    await noLongerShows(page, '未打印的号票', SEEN_WITHIN);
  }
  noErrors(clerk, manager);
});

test('the numbers that a dead dispenser kept for itself are void by the manager\'s word', async () => {
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(manager, 'chen', WORDS.zh);
  const device = manager.getByRole('listitem').filter({ hasText: 'kiosk-2' }).filter({ hasText: '取号机' });
  await device.filter({ hasText: /ticket-dispenser \d.*已运行\d+小时.*存储剩余 \d+ %/u }).waitFor(SEEN_WITHIN);
  await hall.unplug('kiosk-2');
  await device.filter({ hasText: /最后在线 \d\d:\d\d/u }).waitFor(SEEN_WITHIN);
  const row = manager.getByRole('listitem').filter({ hasText: 'kiosk-2' }).filter({ hasText: '备用号码150个' });
  await row.getByRole('button', { name: '作废' }).click(SEEN_WITHIN);
  await shows(manager, '作废 kiosk-2 的备用号码？');
  await picture(manager, 'manager-void-zh');
  await manager.getByRole('dialog').getByRole('button', { name: '作废' }).click();
  await noLongerShows(manager, '备用号码150个', SEEN_WITHIN);
  noErrors(manager);
});
