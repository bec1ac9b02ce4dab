// What people do at the screens, in their words: Chinese or English.
import assert from 'node:assert/strict';
import { PASSWORD } from './hall.mjs';
import { pause, run } from './programs.mjs';
import { SIZES } from './screens.mjs';

/** What stands on the screens. */
export const WORDS = {
  zh: {
    language: '中文', acceptance: '综合受理', your_number: '您的号码', waiting: '正在排队', next: '下一个就是您', go_to: (w) => `请到${w}号窗口`,
    served_at: (w) => `正在${w}号窗口办理`, finished: '已办结', cancel: '取消此号', cancel_yes: '确定取消', cancelled: '您已取消此号',
    sign_in: '登录', open: '开放窗口', call_next: '叫下一号', start: '已到，开始办理', finish: '办结', nobody: '无人等候',
    shown: '屏已显示', spoken: '语音已播', taken_by: (name) => `此窗口正由 ${name} 在另一处使用`, take_over: '接管此窗口',
    offline: '连接中断', kiosk_offline: '网络暂断',
  },
  en: {
    language: 'English', acceptance: 'Acceptance', your_number: 'Your number', waiting: 'You are in line', next: 'You are next',
    go_to: (w) => `Please go to window ${w}`, served_at: (w) => `Being served at window ${w}`, finished: 'Done',
    cancel: 'Give up this number', cancel_yes: 'Yes, give it up', cancelled: 'You gave this number up',
    sign_in: 'Sign in', open: 'Open the window', call_next: 'Call the next', start: 'Is here: start', finish: 'Finish',
    nobody: 'Nobody is waiting', shown: 'Shown', spoken: 'Spoken', taken_by: (name) => `${name} has this window open elsewhere`,
    take_over: 'Take it over', offline: 'Offline', kiosk_offline: 'Network down',
  },
};

/** Paper may move after the screen has changed, but not much later, ms. */
const PRINTED_WITHIN_MS = 5_000;
/** Nobody reads a button and presses faster; the console lets a bouncing hand's second press fall, ms. */
const REACTION_MS = 450;
/** The number on a slip or screen. */
const NUMBER = /\b[A-Z]\d{3}\b/;

/** Waits until the page shows this text. */
export async function shows(page, text, options = {}) {
  await page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor(options);
}

/** Waits until the page no longer shows this text. */
export async function noLongerShows(page, text, options = {}) {
  await page.getByText(text, { exact: false }).filter({ visible: true }).first().waitFor({ state: 'detached', ...options });
}

/** Takes a number at a kiosk, where the one before may still be shown, in the language of its holder; gives the number. */
export async function takeNumber(kiosk, words) {
  const done = kiosk.getByRole('button', { name: /^(完成|Done)$/ });
  const offer = kiosk.getByRole('button', { name: words.acceptance }).first();
  await done.or(kiosk.getByRole('switch')).first().waitFor();
  if (await done.isVisible()) {
    await done.click({ timeout: 1_000 }).catch(() => {}); // or it leaves by itself at this very moment
  }
  await kiosk.getByRole('switch').waitFor();
  await kiosk.getByRole('button', { name: words.language }).click();
  await offer.click();
  await shows(kiosk, words.your_number);
  return numberOn(kiosk);
}

/** The number that a page shows. */
export async function numberOn(page) {
  await page.getByText(NUMBER).filter({ visible: true }).first().waitFor();
  const [number] = NUMBER.exec(await page.locator('main').innerText()) ?? [];
  assert.ok(number, 'a number is shown');
  return number;
}

/** Waits until the dispenser has printed so many slips; gives the last one. */
export async function slip(dispenser, count) {
  for (const end = Date.now() + PRINTED_WITHIN_MS; Date.now() < end; await pause(50)) {
    const slips = await dispenser.slips();
    if (slips.length >= count) {
      return slips.at(-1);
    }
  }
  throw new Error(`slip ${count} was not printed`);
}

/** The address in the QR code of a slip, as a phone's camera reads it. */
export async function scan(file) {
  return (await run('zbarimg', ['--quiet', '--raw', file])).trim();
}

/** A clerk who signs in at a window; the page is ready when the console is live. */
export async function sitDown(screens, hall, { name, window, language = 'zh' }) {
  const page = await screens.open(hall.url(`/clerk?window=${window}`), { size: SIZES.desk, language });
  await signIn(page, name, WORDS[language]);
  return page;
}

/** Fills in the name and the password. */
export async function signIn(page, name, words) {
  await page.locator('input[name=name]').fill(name);
  await page.locator('input[name=password]').fill(PASSWORD);
  await page.getByRole('button', { name: words.sign_in, exact: true }).click();
  await page.locator('input[name=password]').waitFor({ state: 'detached' });
}

/** Waits for the step that Space does next, with nothing on its way any more, and presses it. */
export async function space(page, step) {
  await page.getByRole('button', { name: step, disabled: false }).first().waitFor();
  await pause(REACTION_MS);
  await page.keyboard.press('Space');
}

/** No script of these pages failed. */
export function noErrors(...pages) {
  assert.deepEqual(pages.flatMap((page) => page.errors), []);
}
