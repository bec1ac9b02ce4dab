// The server is gone, without a word: every screen says so, the dispenser goes on, and all come back by themselves.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, noLongerShows, scan, shows, signIn, sitDown, slip, space, takeNumber } from './lib/people.mjs';
import { pause } from './lib/programs.mjs';
import { SIZES, Screens, picture } from './lib/screens.mjs';

/** A screen that shows what is no longer true says so within this time, ms. */
const OFFLINE_WITHIN = { timeout: 6_000 };
/** Once the server is back, every screen is within this time, ms: the longest pause between two tries, and a start. */
const BACK_WITHIN = { timeout: 20_000 };
/** Two presses that are closer together count as one, ms. */
const NEXT_PRESS_MS = 2_500;

const words = WORDS.zh;
let hall, screens, dispenser;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  dispenser = await hall.dispenser('dispenser-1');
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

test('every screen says that it is cut off, the kiosk goes on, and all recover by themselves', async () => {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  const first = await takeNumber(kiosk, words);
  const address = await scan(await slip(dispenser, 1));
  const clerk = await sitDown(screens, hall, { name: 'wang', window: 1 });
  await space(clerk, words.open);
  await clerk.getByRole('button', { name: words.call_next }).first().waitFor();
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(manager, 'chen', words);
  const board = await screens.open(hall.url('/board'), { size: SIZES.board });
  const above = await screens.open(hall.url('/window?window=1'), { size: SIZES.tablet });
  const phone = await screens.open(address, { size: SIZES.phone });
  await shows(phone, first);
  await pause(NEXT_PRESS_MS);

  await hall.kill();
  const cut = { board, window: above, clerk, manager, ticket: phone };
  await Promise.all([
    ...Object.values(cut).map((page) => shows(page, words.offline, OFFLINE_WITHIN)),
    shows(kiosk, words.kiosk_offline, OFFLINE_WITHIN),
  ]);
  for (const [name, page] of Object.entries(cut)) {
    await picture(page, `${name}-offline-zh`);
  }
  await picture(kiosk, 'kiosk-offline-zh');
  const second = await takeNumber(kiosk, words);
  assert.notEqual(second, first);
  await slip(dispenser, 2);

  await hall.start();
  await Promise.all(Object.values(cut).map((page) => noLongerShows(page, words.offline, BACK_WITHIN)));
  await shows(clerk, second, BACK_WITHIN);
  await space(clerk, words.call_next);
  await shows(board, first);
  await shows(phone, words.go_to(1));
  noErrors(kiosk, clerk, manager, board, above, phone);
});
