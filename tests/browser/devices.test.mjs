// A manager looks for devices, tries them and reads their logs; and has a notice announced.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { Hall } from './lib/hall.mjs';
import { WORDS, noErrors, shows, signIn } from './lib/people.mjs';
import { SIZES, Screens, barriers, picture } from './lib/screens.mjs';

const NOTICES = "notices = [{ zh = '今天的取号将在十分钟后结束。', en = 'No more numbers in ten minutes.' }]";

let hall, screens, dispenser;

before(async () => {
  hall = await Hall.open({ settings: NOTICES });
  screens = await Screens.start();
  dispenser = await hall.dispenser('dispenser-1');
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

test('a manager finds a dispenser, has it print a slip that is nobody’s number, and reads its log', async () => {
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  const kiosk = await screens.open(dispenser.kiosk, { size: SIZES.kiosk });
  await signIn(manager, 'chen', WORDS.zh);
  await manager.getByRole('button', { name: '检查 dispenser-1' }).click();
  await manager.getByRole('button', { name: '定位' }).click();
  await shows(kiosk, '就是这台机器');
  await picture(kiosk, 'kiosk-here-zh');
  await shows(manager, '屏幕提示10秒');
  await manager.getByRole('button', { name: '打印测试小票' }).click();
  await shows(manager, '测试小票已打印');
  assert.ok((await dispenser.slips()).some((slip) => slip.includes('TEST')));
  await manager.getByRole('button', { name: '日志' }).click();
  await shows(manager, 'TEST');
  await picture(manager, 'manager-device-zh');
  assert.deepEqual(await barriers(manager), []);
  await manager.keyboard.press('Escape');
  noErrors(manager, kiosk);
});

test('a notice of the settings, and one that is typed, stand on the board', async () => {
  const manager = await screens.open(hall.url('/manager'), { size: SIZES.desk, language: 'en' });
  const board = await screens.open(hall.url('/board?zone=A'), { size: SIZES.board });
  await signIn(manager, 'chen', WORDS.en);
  await manager.getByRole('button', { name: 'Announce: No more numbers in ten minutes.' }).click();
  await shows(board, '今天的取号将在十分钟后结束。');
  await picture(board, 'board-notice-zh');
  await manager.getByLabel('Notice in Chinese').fill('请勿吸烟');
  await manager.getByRole('button', { name: 'Announce', exact: true }).last().click();
  await shows(board, '请勿吸烟');
  await picture(manager, 'manager-notices-en');
  assert.deepEqual(await barriers(board), []);
  assert.deepEqual(await barriers(manager), []);
  noErrors(manager, board);
});
