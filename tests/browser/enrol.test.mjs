// A blank display shows six digits; a manager types them, gives it a window, and shuts it out again.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, noLongerShows, shows, signIn } from './lib/people.mjs';
import { pause } from './lib/programs.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** A panel shows digits and address in turn; a device asks once a second, ms. */
const SEEN_WITHIN_MS = 30_000;

const ENROL = {
  zh: {
    waits: '等待登记的设备', digits: '设备显示的六位数字', name: '设备名称', window: '窗口', window_n: (n) => `${n}号窗口`, approve: '批准',
    wrong: '与本服务器算出的不同', connected: '在线', revoke: '撤销', devices: '设备',
  },
  en: {
    waits: 'Devices that wait to be enrolled', digits: 'Six digits shown by the device', name: 'Name', window: 'Window',
    window_n: (n) => `Window ${n}`, approve: 'Approve', wrong: 'not the digits of this device', connected: 'Connected', revoke: 'Revoke',
    devices: 'Devices',
  },
};

let hall, screens;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

/** Waits until a panel says something that fits. */
async function says(display, fits) {
  for (const end = Date.now() + SEEN_WITHIN_MS; ; await pause(50)) {
    const found = fits.exec(await display.panel());
    if (found) {
      return found;
    }
    assert.ok(Date.now() < end, `the panel does not say ${fits}`);
  }
}

for (const [language, window] of [['zh', 3], ['en', 4]]) {
  test(`a manager types what a blank display shows, and shuts it out again (${language})`, async () => {
    const words = ENROL[language];
    const name = `display-${window}`;
    const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk, language });
    await signIn(manager, 'chen', WORDS[language]);
    const display = await hall.blankDisplay(`blank-${language}`);
    const [, digits] = await says(display, /登记 (\d{3} \d{3})/);
    await shows(manager, words.waits);
    await manager.getByRole('button', { name: `${words.approve}…` }).click();
    await manager.getByLabel(words.digits).fill(digits === '000 000' ? '000 001' : '000 000');
    await manager.getByRole('combobox', { name: words.window, exact: true }).selectOption({ label: words.window_n(window) });
    await manager.getByLabel(words.name, { exact: true }).fill(name);
    await picture(manager, `manager-enrol-${language}`);
    assert.deepEqual(await barriers(manager), []);
    await manager.getByRole('button', { name: words.approve, exact: true }).click();
    await shows(manager, words.wrong);
    await manager.getByLabel(words.digits).fill(digits);
    await manager.getByRole('button', { name: words.approve, exact: true }).click();
    await says(display, /窗口关闭/);
    const row = manager.getByRole('list', { name: words.devices, exact: true }).getByRole('listitem').filter({ hasText: name });
    await row.filter({ hasText: words.connected }).waitFor();
    await noLongerShows(manager, words.waits);
    await row.getByRole('button', { name: words.revoke }).click();
    await manager.getByRole('dialog').getByRole('button', { name: words.revoke, exact: true }).click();
    await says(display, /已停用/);
    await row.waitFor({ state: 'detached' });
    noErrors(manager);
    await manager.context().close();
  });
}
