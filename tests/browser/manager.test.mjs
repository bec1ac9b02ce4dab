// The manager's screen: rules in plain words with a preview and the way back, what-if with its plot, who was overtaken.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, shows, signIn } from './lib/people.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

const TEXTS = {
  zh: {
    rules: '规则', whatif: '推演', fair: '叫号先后', equal_work: '均衡工时', preview: '先推演', changed: '推演：改变后', reason: '修改原因',
    put: '立即生效', in_force: '新规则已生效', former: '恢复上一版', yes: '确定', least_busy: '办理时间最少的窗口（均衡工时）',
    longest_idle: '空闲最久的窗口', start: '开始推演', mean: '平均等候', needed: '计算', needed_is: /需要 \d+ 个窗口|也不够/, show: '查看',
    times: /共\d+次|没有人被后来者超过/, why: '为什么叫这个号？', next_hour: '下一小时', now: '现用', course: '今天的等候',
  },
  en: {
    rules: 'Rules', whatif: 'What if', fair: 'Who was first', equal_work: 'equal work', preview: 'Preview on a past day',
    changed: 'Replay, changed', reason: 'Reason for the change', put: 'Put in force', in_force: 'The new rules are in force',
    former: 'Return to the former rules', yes: 'Confirm', least_busy: 'the one that worked least (equal work)',
    longest_idle: 'the one free for the longest time', start: 'Play it', mean: 'Mean wait', needed: 'Work it out',
    needed_is: /windows? (are|is) (needed|enough)|Not even all/, show: 'Show', times: /Once|\d+ times|Nobody was overtaken/,
    why: 'Why was this number called?', next_hour: 'The next hour', now: 'In force', course: 'Waits today',
  },
};
/** A what-if of a small day may take so long, ms. */
const PLAYED_WITHIN_MS = 20_000;
let hall, screens;

before(async () => {
  hall = await Hall.open({ pastDays: 8 });
  screens = await Screens.start();
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

async function manager(language, size) {
  const page = await screens.open(hall.url('/manager'), { size, language });
  await signIn(page, 'chen', WORDS[language]);
  return page;
}

/** Goes to a tab. */
async function tab(page, name) {
  await page.locator('nav').getByRole('button', { name, exact: true }).click();
}

/** The whole page, however long it is. */
async function whole(page, name) {
  await page.evaluate(() => document.fonts.ready);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  const { width } = page.viewportSize();
  await page.setViewportSize({ width, height: Math.min(height + 20, 6_000) });
  await picture(page, name);
  await page.setViewportSize({ width, height: 900 });
}

/** Whether anything has been drawn on the plot. */
async function isDrawn(page) {
  const canvas = page.locator('figure canvas').first();
  await canvas.waitFor({ timeout: PLAYED_WITHIN_MS });
  return canvas.evaluate((drawn) => {
    const { data } = drawn.getContext('2d').getImageData(0, 0, drawn.width, drawn.height);
    const colours = new Set();
    for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) colours.add(`${data[at]} ${data[at + 1]} ${data[at + 2]}`);
    return colours.size > 3;
  });
}

for (const language of ['zh', 'en']) {
  const words = TEXTS[language];
  test(`${language}: rules are changed in the form, tried on a past day, put in force, and taken back`, async () => {
    const page = await manager(language, SIZES.tablet);
    await tab(page, words.rules);
    await page.getByRole('button', { name: words.equal_work, exact: true }).click();
    assert.ok(await page.getByLabel(words.least_busy).isChecked(), 'the preset fills the form');
    await page.getByRole('button', { name: words.preview, exact: true }).click();
    await page.getByRole('columnheader', { name: words.changed }).first().waitFor({ timeout: PLAYED_WITHIN_MS });
    assert.ok(await isDrawn(page), 'the preview draws its plot');
    await whole(page, `manager-rules-${language}`);

    await page.getByLabel(words.reason).fill('均衡 fair');
    await page.getByRole('button', { name: words.put, exact: true }).click();
    await shows(page, words.in_force);
    await shows(page, words.now);
    const there = await screens.open(hall.url('/manager'), { size: SIZES.tablet, language });
    await signIn(there, 'chen', WORDS[language]);
    await tab(there, words.rules);
    assert.ok(await there.getByLabel(words.least_busy).isChecked(), 'another screen has them too');
    await there.context().close();

    await page.getByRole('button', { name: words.former, exact: true }).click();
    await page.getByRole('dialog').getByRole('button').first().waitFor();
    await page.getByRole('dialog').getByRole('button', { name: words.yes, exact: true }).click();
    await page.getByLabel(words.longest_idle).and(page.locator(':checked')).waitFor();
    assert.deepEqual(await barriers(page), []);
    noErrors(page);
    await page.context().close();
  });

  test(`${language}: a what-if draws its plot and tells how many windows are needed`, async () => {
    const page = await manager(language, SIZES.tablet);
    await tab(page, words.whatif);
    await page.getByRole('button', { name: hall.past.at(-1) }).waitFor();
    await page.locator('form').first().locator('select').nth(1).selectOption({ index: 1 });
    await page.getByLabel(language === 'zh' ? '开放几个' : 'How many open').fill('1');
    await page.getByRole('button', { name: words.start, exact: true }).click();
    assert.ok(await isDrawn(page));
    await page.getByRole('rowheader', { name: words.mean }).first().waitFor();
    await page.getByRole('button', { name: words.needed, exact: true }).click();
    await page.getByText(words.needed_is).first().waitFor({ timeout: PLAYED_WITHIN_MS });
    await whole(page, `manager-whatif-${language}`);
    await page.getByRole('button', { name: words.next_hour, exact: true }).click();
    await page.getByText(words.needed_is).first().waitFor({ timeout: PLAYED_WITHIN_MS });
    assert.deepEqual(await barriers(page), []);
    noErrors(page);
    await page.context().close();
  });

  test(`${language}: who was overtaken, and why somebody was called`, async () => {
    const page = await manager(language, SIZES.tablet);
    await tab(page, words.fair);
    await page.locator('input[type=date]').first().fill(hall.past.at(-1));
    await page.getByRole('button', { name: words.show, exact: true }).first().click();
    await page.getByText(words.times).first().waitFor();
    assert.ok((await page.locator('ol li').count()) > 0, 'priority visits overtook somebody on a full day');
    await page.getByPlaceholder('A023').fill('A005');
    await page.getByRole('button', { name: words.show, exact: true }).last().click();
    await page.getByText('A005').first().waitFor();
    await whole(page, `manager-fair-${language}`);
    assert.deepEqual(await barriers(page), []);
    noErrors(page);
    await page.context().close();
  });

  test(`${language}: on a telephone nothing is cut off`, async () => {
    const page = await manager(language, SIZES.phone);
    await shows(page, words.course);
    for (const [name, text] of [['live', null], ['rules', words.rules], ['whatif', words.whatif], ['fair', words.fair]]) {
      if (text) await tab(page, text);
      if (name === 'whatif') {
        await page.getByRole('button', { name: hall.past.at(-1) }).waitFor();
        await page.getByRole('button', { name: words.start, exact: true }).click();
        await isDrawn(page);
      }
      const wide = await page.evaluate(() => document.documentElement.scrollWidth);
      await whole(page, `manager-phone-${name}-${language}`);
      assert.ok(wide <= SIZES.phone.width, `${name}: the page is ${wide} px wide`);
    }
    noErrors(page);
    await page.context().close();
  });
}
