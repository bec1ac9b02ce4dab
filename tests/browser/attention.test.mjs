// For people who do not hear or see well: the phone rings, shakes and flashes; screens flash; text grows.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, shows, sitDown, space } from './lib/people.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

/** WCAG 2.3.1: no more flashes a second. */
const FLASHES_PER_S_MAX = 3;

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

/** Notes what the phone is asked to do; the page's own calls go through to the browser. */
function listen(context) {
  return context.addInitScript(() => {
    globalThis.asked = { shakes: [], tones: [] };
    globalThis.locks = 0;
    const request = navigator.wakeLock.request.bind(navigator.wakeLock);
    navigator.wakeLock.request = (kind) => {
      globalThis.locks += 1;
      return request(kind);
    };
    const vibrate = navigator.vibrate.bind(navigator);
    navigator.vibrate = (pattern) => {
      globalThis.asked.shakes.push(pattern.length);
      return vibrate(pattern);
    };
    const { start } = OscillatorNode.prototype;
    OscillatorNode.prototype.start = function begin(...at) {
      globalThis.asked.tones.push(this.context.state);
      return start.apply(this, at);
    };
  });
}

/** What the phone was asked to do since the last time. */
function asked(phone) {
  return phone.evaluate(() => {
    const { shakes, tones } = globalThis.asked;
    globalThis.asked = { shakes: [], tones: [] };
    return { shakes, tones };
  });
}

/** How often the flashing part of a page flashes: a second, and in all; `null` where nothing flashes. */
function flashes(page) {
  return page.evaluate(() => {
    const flash = document.getAnimations().find((animation) => animation.animationName === 'flash');
    const timing = flash?.effect.getComputedTiming();
    return timing ? { per_s: 1000 / timing.duration, times: timing.iterations } : null;
  });
}

function flashesSoon(page) {
  return page.waitForFunction(() => document.getAnimations().some((animation) => animation.animationName === 'flash'));
}

/** The citizen's page of a ticket, listened to from its first line on. */
async function phoneOf(ticket, reducedMotion = 'no-preference') {
  const page = await screens.open(hall.url('/'), { size: SIZES.phone });
  await listen(page.context());
  await page.emulateMedia({ reducedMotion });
  await page.goto(hall.url(`/t/${ticket.token}`));
  await shows(page, ticket.number);
  return page;
}

/** Lets the present visit end and calls the next. */
async function next(clerk) {
  await space(clerk, words.start);
  await space(clerk, '办结，叫下一号');
}

test('the phone rings and shakes when three are ahead and when it is called, once each', async () => {
  const tickets = [];
  for (let count = 0; count < 6; count += 1) tickets.push(await terminal.take());
  const last = tickets.at(-1);
  const [ringing, silent] = [await phoneOf(last), await phoneOf(last)];
  await ringing.getByRole('switch', { name: '叫到我时响铃' }).click();
  await shows(ringing, '前面还有3人时和叫到您时，手机会响铃、振动、闪屏。请保持本页打开');
  assert.deepEqual(await asked(ringing), { shakes: [3], tones: ['running'] }, 'the switch says that it works');
  assert.deepEqual(await barriers(ringing), []);
  await picture(ringing, 'ticket-ring-zh');
  // Somebody looks at another app and comes back: the browser has let the screen go.
  for (const phone of [ringing, silent]) await phone.evaluate(() => document.dispatchEvent(new Event('visibilitychange')));
  await ringing.waitForFunction(() => globalThis.locks === 2);
  assert.equal(await silent.evaluate(() => globalThis.locks), 0);

  const clerk = await sitDown(screens, hall, { name: 'wang', window: 1 });
  await space(clerk, words.open);
  await space(clerk, words.call_next);
  await ringing.locator('dd', { hasText: /^4$/ }).waitFor();
  assert.deepEqual(await asked(ringing), { shakes: [], tones: [] }, 'four are ahead');
  await next(clerk);
  await shows(ringing, '快到您了');
  assert.deepEqual(await asked(ringing), { shakes: [3], tones: ['running'] });
  const flash = await flashes(ringing);
  assert.ok(flash.per_s <= FLASHES_PER_S_MAX && flash.times > 1, JSON.stringify(flash));
  await next(clerk);
  await next(clerk);
  await next(clerk);
  await shows(ringing, words.next);
  assert.deepEqual(await asked(ringing), { shakes: [], tones: [] }, 'it was told already');
  await next(clerk);
  await shows(ringing, words.go_to(1));
  assert.deepEqual(await asked(ringing), { shakes: [5], tones: ['running'] });
  await shows(silent, words.go_to(1));
  assert.deepEqual(await asked(silent), { shakes: [3, 5], tones: [] }, 'no sound without the switch');
  await space(clerk, words.start);
  await space(clerk, words.finish);
  noErrors(ringing, silent, clerk);
  await Promise.all([ringing, silent, clerk].map((page) => page.context().close()));
});

test('board and window page flash at a new call, not too fast, and not for those whom it would harm', async () => {
  const see = (page, size) => screens.open(hall.url(page), { size });
  const [board, above, calm] = [
    await see('/board?zone=A', SIZES.board),
    await see('/window?window=2', SIZES.tablet),
    await see('/window?window=2', SIZES.tablet),
  ];
  await calm.emulateMedia({ reducedMotion: 'reduce' });
  const ticket = await terminal.take();
  const clerk = await sitDown(screens, hall, { name: 'li', window: 2 });
  await space(clerk, words.open);
  assert.equal(await flashes(board), null);
  await space(clerk, words.call_next);
  await Promise.all([board, above].map(flashesSoon));
  for (const page of [board, above]) {
    const flash = await flashes(page);
    assert.ok(flash.per_s <= FLASHES_PER_S_MAX && flash.times > 1, JSON.stringify(flash));
  }
  await picture(board, 'board-flash-zh');
  await shows(calm, ticket.number);
  assert.equal(await flashes(calm), null);
  const frame = await calm.locator('.flash').evaluate((part) => getComputedStyle(part).boxShadow);
  assert.match(frame, /inset/, 'it is marked without moving');
  await space(clerk, words.start);
  await space(clerk, words.finish);
  noErrors(board, above, calm, clerk);
  await Promise.all([board, above, calm, clerk].map((page) => page.context().close()));
});

/** Texts that stand beside their part of the screen: to the right, and on a wall, which nobody scrolls, below. */
function beside(page, wall) {
  return page.evaluate((wall) => {
    const words = [...document.querySelectorAll('main *')].filter((part) => [...part.childNodes].some((node) => node.nodeType === 3 && node.data.trim()));
    const out = (part) => {
      const [text, block] = [part, part.closest('main > *')].map((box) => box.getBoundingClientRect());
      return text.right > Math.min(block.right, innerWidth) + 1 || (wall && text.bottom > Math.min(block.bottom, innerHeight) + 1);
    };
    return words.filter(out).map((part) => part.textContent);
  }, wall);
}

const grown = [
  ['phone', () => `/t/${grown.ticket.token}`, SIZES.phone, '.words', 1.5],
  ['window', () => '/window?window=4', SIZES.tablet, '.words', 1.3],
  ['board', () => '/board', SIZES.board, 'h1', 1.3],
];
for (const [name, path, size, part, scale] of grown) {
  test(`the text of the ${name} grows in steps, stays so, and fits`, async () => {
    grown.ticket ??= await terminal.take();
    const page = await screens.open(hall.url(path()), { size });
    const height = () => page.locator(part).first().evaluate((text) => parseFloat(getComputedStyle(text).fontSize));
    await page.locator(part).first().waitFor();
    const normal = await height();
    await page.getByRole('button', { name: '特大字' }).click();
    assert.ok(Math.abs((await height()) / normal - scale) < 0.02, `${await height()} px instead of ${normal} px`);
    await page.reload();
    await page.locator(part).first().waitFor();
    assert.ok(Math.abs((await height()) / normal - scale) < 0.02, 'it is kept');
    assert.deepEqual(await beside(page, name !== 'phone'), []);
    assert.deepEqual(await barriers(page), []);
    await picture(page, `${name}-largest-zh`);
    await page.goto(hall.url(`${path()}${path().includes('?') ? '&' : '?'}text=0`));
    await page.locator(part).first().waitFor();
    assert.equal(await height(), normal, 'the address decides for a screen that nobody touches');
    noErrors(page);
    await page.context().close();
  });
}
