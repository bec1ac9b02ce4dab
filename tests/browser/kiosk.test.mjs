// The kiosk page with a reader, a call for the staff, keys alone, and no way out.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, noLongerShows, numberOn, shows, signIn, slip } from './lib/people.mjs';
import { pause } from './lib/programs.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** A made-up number with a right check character. */
const CARD = '11010519491231002X';
const OFFLINE_WITHIN = { timeout: 6_000 };
/** Two presses that are closer together count as one, ms. */
const NEXT_PRESS_MS = 2_500;

const words = WORDS.zh;
let hall, screens, dispenser, pack;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
  const secret = path.join(hall.directory, 'visitor.secret');
  await writeFile(secret, '5a'.repeat(32));
  pack = path.join(hall.directory, 'voice');
  const settings = `voice_pack = "${pack}"`;
  dispenser = await hall.dispenser('dispenser-1', `[dispenser.scanner]\nsecret_file = "${secret}"\n`, { settings });
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

/** A reader that types: every character, then Enter, without a pause. */
async function wedge(page, text) {
  for (const character of text) {
    await page.keyboard.press(character);
  }
  await page.keyboard.press('Enter');
}

/** Screens that stand upright and lie on their side, in px. */
const SCREENS = [[800, 1280], [1080, 1920], [1280, 800], [1366, 768], [1920, 1080]];

/** Nothing of the number that was taken is below the edge, on any screen, in either language. */
async function isWholeEverywhere(page) {
  for (const language of ['English', '中文']) {
    await page.getByRole('button', { name: language }).click();
    for (const [width, height] of SCREENS) {
      await page.setViewportSize({ width, height });
      const [content, room] = await page.locator('section[role=alert]').evaluate((it) => [it.scrollHeight, it.clientHeight]);
      assert.ok(content <= room, `${language}, ${width} × ${height}: ${content} px in ${room} px`);
    }
  }
  await page.setViewportSize(SIZES.kiosk);
}

/** Takes the number off the screen. */
async function done(page) {
  await page.getByRole('button', { name: '完成' }).click();
  await page.getByRole('switch').waitFor();
}

test('a card gives a number, the same card the same number again, and its characters press nothing', async () => {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await shows(kiosk, '刷身份证');
  await picture(kiosk, 'kiosk-reader-zh');
  await kiosk.getByRole('switch').focus();
  await wedge(kiosk, CARD);
  await shows(kiosk, words.your_number);
  const number = await numberOn(kiosk);
  await slip(dispenser, 1);
  await isWholeEverywhere(kiosk);
  await done(kiosk);
  assert.equal(await kiosk.getByRole('switch').getAttribute('aria-checked'), 'false', 'Enter of the reader pressed a button');
  await wedge(kiosk, CARD);
  await shows(kiosk, '补打 · 您的号码');
  assert.equal(await numberOn(kiosk), number);
  assert.deepEqual(await barriers(kiosk), []);
  await picture(kiosk, 'kiosk-reprint-zh');
  await slip(dispenser, 2);
  await done(kiosk);
  await wedge(kiosk, 'https://example.org/');
  await shows(kiosk, '这不是身份证');
  await kiosk.getByRole('switch').waitFor(); // a number can be had all the same
  await shows(kiosk, 'neither an ID card');
  await picture(kiosk, 'kiosk-no-card');
  noErrors(kiosk);
  await kiosk.context().close();
});

test('a call for the staff reaches the manager, and when cut off the screen says that nobody knows', async () => {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(manager, 'chen', words);
  await kiosk.getByRole('button', { name: '求助' }).click();
  await shows(kiosk, '已向工作人员发出请求');
  await shows(manager, '取号机旁有人求助');
  assert.deepEqual(await barriers(kiosk), []);
  await picture(kiosk, 'kiosk-help-zh');
  await picture(manager, 'manager-help-zh');
  await kiosk.getByRole('button', { name: '不需要了' }).click();
  await noLongerShows(manager, '取号机旁有人求助');
  await hall.kill();
  await shows(kiosk, words.kiosk_offline, OFFLINE_WITHIN);
  await kiosk.getByRole('button', { name: '求助' }).click();
  await shows(kiosk, '无法通知工作人员');
  await picture(kiosk, 'kiosk-help-unreached-zh');
  await kiosk.getByRole('button', { name: '不需要了' }).click();
  await hall.start();
  await noLongerShows(kiosk, words.kiosk_offline, { timeout: 20_000 });
  noErrors(kiosk, manager);
  await kiosk.context().close();
  await manager.context().close();
});

test('keys alone are enough, and then the screen is read out', async () => {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await kiosk.evaluate(() => {
    globalThis.spoken = [];
    speechSynthesis.getVoices = () => [{}];
    speechSynthesis.speak = (utterance) => {
      globalThis.spoken.push(`${utterance.lang} ${utterance.text}`);
      utterance.onend?.(new Event('end'));
    };
  });
  // The number of a test before may still stand on the screen: it does for eight seconds.
  await kiosk.getByRole('switch').waitFor({ timeout: 20_000 });
  for (let at = 0; at < 3; at += 1) {
    await kiosk.keyboard.press('Tab');
    await pause(150);
  }
  const focused = await kiosk.evaluate(() => document.activeElement.innerText);
  assert.match(focused, /综合受理/u, 'the third stop is the large button');
  await picture(kiosk, 'kiosk-keys-zh');
  await kiosk.keyboard.press('ArrowDown');
  assert.doesNotMatch(await kiosk.evaluate(() => document.activeElement.innerText), /综合受理/u);
  await kiosk.keyboard.press('ArrowUp');
  await pause(NEXT_PRESS_MS);
  await kiosk.keyboard.press('Enter');
  await shows(kiosk, words.your_number);
  const number = await numberOn(kiosk);
  await pause(300);
  const spoken = await kiosk.evaluate(() => globalThis.spoken);
  assert.ok(spoken.some((line) => /^zh-CN .*综合受理/u.test(line)), spoken.join('\n'));
  assert.ok(spoken.includes(`zh-CN 您的号码是 ${[...number].join(' ')}，请取走小票。`), spoken.join('\n'));
  noErrors(kiosk);
  await kiosk.context().close();
});

/** A second of silence. */
function silence() {
  const samples = 8_000;
  const wav = Buffer.alloc(44 + samples, 128);
  wav.write('RIFF', 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write('WAVEfmt ', 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8_000, 24);
  wav.writeUInt32LE(8_000, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write('data', 36);
  wav.writeUInt32LE(samples, 40);
  return wav;
}

test('it speaks with the recorded voice, sentence by sentence, and what is not recorded with another', async () => {
  const clip = (text) => path.join(pack, 'zh/say', `${createHash('sha256').update(text).digest('hex').slice(0, 16)}.ogg`);
  await mkdir(path.join(pack, 'zh/say'), { recursive: true });
  for (const text of ['请按此取号', '综合受理']) {
    await writeFile(clip(text), silence());
  }
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await kiosk.getByRole('switch').waitFor({ timeout: 15_000 }); // the number of the visitor before may stand there
  await kiosk.evaluate(() => {
    globalThis.spoken = [];
    speechSynthesis.getVoices = () => [{}];
    speechSynthesis.speak = (utterance) => {
      globalThis.spoken.push(utterance.text);
      utterance.onend?.(new Event('end'));
    };
    const play = HTMLMediaElement.prototype.play;
    HTMLMediaElement.prototype.play = function () {
      this.addEventListener('playing', () => globalThis.spoken.push(this.src));
      return play.call(this);
    };
  });
  for (let at = 0; at < 3; at += 1) {
    await kiosk.keyboard.press('Tab');
    await pause(150);
  }
  await kiosk.waitForFunction(() => globalThis.spoken.includes('所有事项，一号办理'), null, { timeout: 8_000 });
  const spoken = await kiosk.evaluate(() => globalThis.spoken);
  const heard = ['请按此取号', '综合受理'].map((text) => path.basename(clip(text), '.ogg'));
  assert.deepEqual(spoken.filter((said) => said.includes('/voice/')).map((said) => path.basename(said)), heard, spoken.join('\n'));
  assert.ok(spoken.at(-1) !== heard.at(-1), 'the sentences that are not recorded come after');
  noErrors(kiosk);
  await kiosk.context().close();
});

test('there is no way out of the page, and nothing stays of the visitor before', async () => {
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await kiosk.getByRole('switch').waitFor({ timeout: 15_000 }); // the number of the visitor before may stand there
  assert.equal(await kiosk.getByRole('link').count(), 0);
  const stopped = await kiosk.evaluate(() =>
    ['contextmenu', 'dragstart', 'selectstart'].map((name) => !document.body.dispatchEvent(new Event(name, { bubbles: true, cancelable: true }))),
  );
  assert.deepEqual(stopped, [true, true, true]);
  const address = kiosk.url();
  await kiosk.goBack({ timeout: 500 }).catch(() => {});
  await kiosk.keyboard.press('F5');
  await kiosk.keyboard.press('Control+r');
  await kiosk.keyboard.press('Alt+ArrowLeft');
  assert.equal(kiosk.url(), address);
  await kiosk.getByRole('switch').waitFor();
  noErrors(kiosk);
  await kiosk.context().close();

  const idle = await screens.open('about:blank', { size: SIZES.kiosk });
  await idle.clock.install();
  await idle.goto(dispenser.kiosk);
  await idle.getByRole('switch').click();
  await idle.getByRole('button', { name: 'English' }).click();
  await idle.getByRole('button', { name: 'Read aloud' }).click();
  await idle.clock.fastForward(31_000);
  await idle.getByRole('button', { name: '朗读', pressed: false }).waitFor();
  assert.equal(await idle.getByRole('switch').getAttribute('aria-checked'), 'false');
  await idle.context().close();
});
