// What goes wrong is said on the screen, in the reader's language, and changes nothing.
import { after, before, test } from 'node:test';
import { Hall, PASSWORD } from './lib/hall.mjs';
import { WORDS, noErrors, shows, signIn, sitDown } from './lib/people.mjs';
import { SIZES, Screens, picture } from './lib/screens.mjs';

let hall, screens;

before(async () => {
  hall = await Hall.open();
  screens = await Screens.start();
});

after(async () => {
  await screens?.close();
  await hall?.close();
});

for (const [language, sentence] of [['zh', '姓名或密码有误'], ['en', 'wrong']]) {
  test(`a wrong password is told, and the right one still opens the door, in ${language}`, async () => {
    const words = WORDS[language];
    const page = await screens.open(hall.url('/clerk?window=1'), { size: SIZES.desk, language });
    await page.locator('input[name=name]').fill('wang');
    await page.locator('input[name=password]').fill(`${PASSWORD}!`);
    await page.getByRole('button', { name: words.sign_in, exact: true }).click();
    await shows(page.getByRole('alert'), sentence);
    await picture(page, `clerk-wrong-password-${language}`);
    await signIn(page, 'wang', words);
    noErrors(page);
    await page.context().close();
  });
}

test('a clerk who opens the page of managers is told that it is not for clerks', async () => {
  const page = await screens.open(hall.url('/manager'), { size: SIZES.desk });
  await signIn(page, 'wang', WORDS.zh);
  await shows(page, '您的角色无权');
  await picture(page, 'manager-refused-zh');
  noErrors(page);
});

test('a window that the hall does not have is named as unknown', async () => {
  const page = await sitDown(screens, hall, { name: 'li', window: 77 });
  await shows(page, '77号窗口');
  await shows(page, '没有');
  noErrors(page);
});

test('a board of a zone that the hall does not have says so', async () => {
  const page = await screens.open(hall.url('/board?zone=Z'), { size: SIZES.board });
  await shows(page.getByRole('alert'), 'Z');
  noErrors(page);
});
