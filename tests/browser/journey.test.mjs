// A citizen's way through the hall, on every screen that it touches: kiosk, slip, phone, console, board, display.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, scan, shows, sitDown, slip, space, takeNumber } from './lib/people.mjs';
import { SIZES, Screens, picture } from './lib/screens.mjs';

let hall, screens, dispenser;
const displays = {};

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  dispenser = await hall.dispenser('dispenser-1');
  for (const window of [1, 3]) {
    displays[window] = await hall.display(window);
  }
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

for (const [language, name, window, zone] of [['zh', 'wang', 1, 'A'], ['en', 'li', 3, 'B']]) {
  test(`one number leads from the kiosk to the window and home again, in ${language}`, async () => {
    const words = WORDS[language];
    const see = (url, size) => screens.open(url, { size, language });
    const kiosk = await see(dispenser.kiosk, SIZES.kiosk);
    const board = await see(hall.url(`/board?zone=${zone}`), SIZES.board);
    const above = await see(hall.url(`/window?window=${window}`), SIZES.tablet);
    const earlier = { slips: await dispenser.slips(), voice: await displays[window].voice() };

    const number = await takeNumber(kiosk, words);
    const phone = await see(await scan(await slip(dispenser, earlier.slips.length + 1)), SIZES.phone);
    await shows(phone, number);
    await shows(phone, words.next);
    await picture(kiosk, `kiosk-taken-${language}`);
    await picture(phone, `ticket-waiting-${language}`);

    const clerk = await sitDown(screens, hall, { name, window, language });
    await space(clerk, words.open);
    await space(clerk, words.call_next);
    await shows(clerk, number);
    await Promise.all([shows(phone, words.go_to(window)), shows(board, number), shows(above, number)]);
    await shows(clerk, words.shown);
    assert.match(await displays[window].panel(), new RegExp(number), 'the panel shows the call');
    await shows(clerk, words.spoken, { timeout: 20_000 });
    assert.ok((await displays[window].voice()).length > earlier.voice.length, 'the call was spoken');
    await Promise.all([
      picture(clerk, `clerk-called-${language}`),
      picture(board, `board-${language}`),
      picture(above, `window-${language}`),
      picture(phone, `ticket-called-${language}`),
    ]);

    await space(clerk, words.start);
    await shows(phone, words.served_at(window));
    await space(clerk, words.finish);
    await shows(phone, words.finished);
    await shows(clerk, words.nobody);
    noErrors(kiosk, board, above, phone, clerk);
    await Promise.all([kiosk, board, above, phone, clerk].map((page) => page.context().close()));
  });
}

test('a citizen gives the number up on the phone, and nobody is called', async () => {
  const words = WORDS.zh;
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  const printed = (await dispenser.slips()).length;
  await takeNumber(kiosk, words);
  const phone = await screens.open(await scan(await slip(dispenser, printed + 1)), { size: SIZES.phone });
  const clerk = await sitDown(screens, hall, { name: 'zhao', window: 2 });
  await space(clerk, words.open);
  await clerk.getByRole('button', { name: words.call_next }).first().waitFor();

  await phone.getByRole('button', { name: words.cancel }).click();
  await phone.getByRole('button', { name: words.cancel_yes }).click();
  await shows(phone, words.cancelled);
  await shows(clerk, words.nobody);
  noErrors(kiosk, phone, clerk);
});

test('a phone with a code that is not known is told so', async () => {
  const phone = await screens.open(hall.url('/t/nosuchtokennosuchtoken'), { size: SIZES.phone });
  await shows(phone, '没有找到这个号码');
  noErrors(phone);
});
