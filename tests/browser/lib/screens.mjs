// Pages in Debian's Chromium: opened in a language, watched for errors, pictured, judged by an accessibility engine.
import { mkdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { OUTPUT } from './programs.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const PICTURES = path.join(OUTPUT, 'screens');
/** On a machine that is busy with other work everything may take so many times as long. */
const PATIENCE = Number(process.env.YIHAO_BROWSER_PATIENCE ?? 1);
/** What a screen may take to show something that happened, ms. */
const SHOWN_WITHIN_MS = 5_000 * PATIENCE;
const FLAGS = [
  '--no-sandbox', // a hall's test runs as root in a container, where Chromium's sandbox can't
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-default-apps',
  '--disable-sync',
  '--no-first-run',
];
/** The sizes of the screens on which the pages are used, CSS pixels. */
export const SIZES = {
  board: { width: 1920, height: 1080 },
  kiosk: { width: 1080, height: 1920 },
  desk: { width: 1440, height: 900 },
  tablet: { width: 1280, height: 800 },
  phone: { width: 390, height: 844 },
};

/** A browser in which every screen has storage of its own, as on machines of their own. */
export class Screens {
  static async start() {
    const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
    return new Screens(await chromium.launch({ executablePath, headless: true, args: FLAGS }));
  }

  constructor(browser) {
    this.browser = browser;
  }

  /** Opens a page on a screen of this size, in this language. Errors of its scripts end up in `page.errors`. */
  async open(url, { size = SIZES.desk, language = 'zh' } = {}) {
    const context = await this.browser.newContext({ viewport: size });
    await context.addInitScript((wanted) => {
      if (localStorage.getItem('yihao.language') === null) {
        localStorage.setItem('yihao.language', wanted);
      }
    }, language);
    const page = await context.newPage();
    page.setDefaultTimeout(SHOWN_WITHIN_MS);
    page.errors = [];
    page.on('pageerror', (error) => page.errors.push(String(error)));
    await page.goto(url);
    return page;
  }

  async close() {
    await this.browser.close();
  }
}

/** Keeps a picture of the page in test-output/screens. */
export async function picture(page, name) {
  mkdirSync(PICTURES, { recursive: true });
  await page.screenshot({ path: path.join(PICTURES, `${name}.png`) });
}

/** What the accessibility engine finds serious or critical, a line each. */
export async function barriers(page) {
  await page.evaluate(AXE); // not as a script of the page: the server's policy forbids those, as it should
  const { violations } = await page.evaluate(() => globalThis.axe.run(document));
  const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
  return grave.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.target.join(' ')).join(', ')}`);
}
