// The manager's slip: its text, the picture that follows it, what is wrong with it by line, and the paper of the dispensers.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, shows, signIn, slip, takeNumber } from './lib/people.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** Number and mark of a reprint, and nothing else: the shortest slip that may be. */
const BARE = `[[element]]
kind = "text"
text = "{number}"
size_percent = 36
[[element]]
kind = "text"
zh = "{reprint}"
en = "{reprint}"
when = ["reprint"]
`;
/** Which line of {@link BARE} names the number. */
const NUMBER_LINE = 3;

let hall, screens, dispenser, page;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  dispenser = await hall.dispenser('kiosk-1', '[dispenser.slip]\nwidth_dots = 384\n', { settings: 'press_gap_ms = 0' });
  page = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(page, 'chen', WORDS.zh);
  await page.getByRole('button', { name: '号票', exact: true }).click();
  await page.locator('textarea').waitFor();
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

/** Heights of the slips on the page, dots; when both papers are shown. */
async function heights() {
  const images = page.getByAltText('号票的样子');
  await images.nth(1).waitFor();
  return images.evaluateAll((all) => all.map((image) => image.naturalHeight));
}

/** Waits until the pictures on the page are other ones. */
async function changed(from) {
  await page.waitForFunction(
    (old) => [...document.querySelectorAll('figure img')].every((image, at) => image.naturalHeight > 0 && image.naturalHeight !== old[at]),
    from,
  );
  return heights();
}

/** Height of a PNG, dots, from its head. */
const height = async (file) => (await readFile(file)).readUInt32BE(20);

/** Takes a number at the kiosk; gives the height of its slip. */
async function heightOnPaper(count) {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await takeNumber(kiosk, WORDS.zh);
  const file = await slip(dispenser, count);
  await kiosk.context().close();
  return height(file);
}

test('the picture follows the text, a fault is named by its line, and what is put in force is on the next slip', async () => {
  const [area, put] = [page.locator('textarea'), page.getByRole('button', { name: '立即生效' })];
  const full = await heights();
  const before = await heightOnPaper(1);
  assert.equal(await put.isDisabled(), true, 'nothing is changed yet');

  await area.fill(BARE);
  const bare = await changed(full);
  assert.ok(bare.every((dots, at) => dots * 2 < full[at]), `${bare} of ${full}`);
  await picture(page, 'manager-slip-bare-zh');

  await area.fill(BARE.replace('{number}', '{nubmer}'));
  const line = page.getByRole('button', { name: `第 ${NUMBER_LINE} 行`, exact: true });
  await line.waitFor();
  await shows(page, 'nubmer');
  assert.equal(await put.isDisabled(), true, 'what is wrong can not be put in force');
  assert.deepEqual(await heights(), bare, 'the last good picture stays');
  await line.click();
  const chosen = await area.evaluate((text) => text.value.slice(text.selectionStart, text.selectionEnd));
  assert.equal(chosen, 'text = "{nubmer}"', 'the line is shown');
  assert.deepEqual(await barriers(page), []);
  await picture(page, 'manager-slip-wrong-zh');

  await area.fill(BARE);
  await line.waitFor({ state: 'detached' });
  await put.click();
  await shows(page, '请写明修改原因');
  await page.locator('form input').fill('试用简版');
  await put.click();
  await shows(page, '新号票已生效');
  await shows(page, '现用第 1 版，chen：试用简版');

  const paper = await heightOnPaper(2);
  assert.ok(paper * 2 < before, `the slip is ${paper} dots high, before ${before}`);

  await page.getByRole('button', { name: '恢复上一版' }).click();
  await shows(page, '现用第 2 版');
  assert.equal(await heightOnPaper(3), before, 'back to the slip before');
  noErrors(page);
});
