// A small hall of real programs: a server, a dispenser that prints PNG slips, a display with panel and voice.
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Program, freePort, pause, program, run } from './programs.mjs';

/** The people of the hall. */
export const PEOPLE = { wang: 'clerk', li: 'clerk', zhao: 'clerk', chen: 'manager' };
/** Everybody's password. */
export const PASSWORD = 'lucky-number-eight';

/** After the first start of a server the business day opens within this time, ms. */
const OPENS_WITHIN_MS = 3_000;
const SERVER = program('caller-server');

/** A hall with two zones and four windows, all lanes at each of them. */
export class Hall {
  /** Sets it up through the command line, as people do, and starts the server; with so many days behind it, and more settings. */
  static async open({ pastDays = 0, settings = '' } = {}) {
    const hall = new Hall(await mkdtemp(path.join(tmpdir(), 'yihao-')), await freePort());
    await hall.#configure(settings);
    for (const [name, role] of Object.entries(PEOPLE)) {
      await hall.#command(['account', 'add', name, '--role', role, '--password-stdin'], `${PASSWORD}\n`);
    }
    if (pastDays > 0) {
      await hall.#past(pastDays);
    }
    await hall.start();
    return hall;
  }

  constructor(directory, port) {
    this.directory = directory;
    this.port = port;
    this.devices = [];
  }

  /** The address of a page. */
  url(page = '/') {
    return `http://127.0.0.1:${this.port}${page}`;
  }

  /** Starts the server, also again after {@link kill}; returns when it takes orders. */
  async start() {
    this.server = new Program('server', SERVER, ['serve', '--config', this.#file('hall.toml')], this.directory);
    await this.server.until(async () => (await fetch(this.url('/readyz'))).ok);
  }

  /** Pulls the server's plug. */
  async kill() {
    await this.server.kill();
  }

  /**
   * Adds and starts a dispenser, with more in its profile and settings of its own; gives the address of its kiosk page and a way to
   * its slips, which are pictures unless it has a printer.
   */
  async dispenser(name, more = '', { settings = '', printer = null } = {}) {
    const port = await freePort();
    const slips = this.#file(`${name}-slips`);
    const key = await this.#device(name, ['--role', 'dispenser']);
    await this.#start('ticket-dispenser', name, `
key = "${key}"
[dispenser]
kiosk_listen = "127.0.0.1:${port}"
outbox = "${this.#file(`${name}-outbox`)}"
${settings}
[dispenser.printer]
${printer ? `back_end = "network"\naddress = "${printer}"` : `back_end = "png"\ndirectory = "${slips}"`}
${more}`, async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
    return { kiosk: `http://127.0.0.1:${port}/`, slips: () => files(slips, '.png') };
  }

  /** Adds and starts the display above a window; gives what its panel shows and a way to what it spoke. */
  async display(window) {
    const name = `display-${window}`;
    const [panel, voice] = [this.#file(`${name}-panel.txt`), this.#file(`${name}-voice`)];
    const key = await this.#device(name, ['--role', 'display', '--window', String(window)]);
    await this.#start('window-display', name, `
key = "${key}"
[display]
window = ${window}
[display.panel]
back_end = "file"
file = "${panel}"
[display.voice]
back_end = "wav"
directory = "${voice}"
`, async () => (await readFile(panel)).length > 0);
    return { panel: () => readFile(panel, 'utf8'), voice: () => files(voice, '.wav') };
  }

  /** Starts a display that has no key, and so enrols itself; gives what its panel shows. */
  async blankDisplay(name) {
    const panel = this.#file(`${name}-panel.txt`);
    await this.#start('window-display', name, `
[display.panel]
back_end = "file"
file = "${panel}"
[display.voice]
back_end = "none"
`, async () => (await readFile(panel)).length > 0);
    return { panel: () => readFile(panel, 'utf8') };
  }

  /** Adds a terminal: a program that asks for numbers over HTTP. */
  async terminal(name) {
    const key = await this.#device(name, ['--role', 'terminal']);
    const headers = { 'Content-Type': 'application/json', Authorization: `Bearer ${key}` };
    const ask = async (order) => {
      const body = JSON.stringify(order);
      const response = await fetch(this.url('/api/tickets'), {
        method: 'POST',
        headers: { ...headers, 'Idempotency-Key': randomUUID() },
        body,
      });
      return [response.ok, await response.json()];
    };
    const take = async (order = { lane: 'acceptance' }) => {
      for (const end = Date.now() + OPENS_WITHIN_MS; ; await pause(50)) {
        const [ok, answer] = await ask(order);
        if (ok) {
          return answer;
        }
        if (answer.code !== 'day_closed' || Date.now() > end) {
          throw new Error(`no number: ${JSON.stringify(answer)}`);
        }
      }
    };
    return { take };
  }

  /** A device loses its power. */
  async unplug(name) {
    await this.devices.find((device) => device.name === name).kill();
  }

  /** Stops everything and removes the directory. */
  async close() {
    await Promise.all([...this.devices, this.server].map((running) => running.stop()));
    await rm(this.directory, { recursive: true, force: true });
  }

  async #configure(settings) {
    const group = (zone, first, last) => `
[[windows]]
first = ${first}
last = ${last}
zone = "${zone}"
lanes = ["acceptance", "issuing", "consulting"]
name = { zh = "{n}号窗口", en = "Window {n}" }
`;
    await writeFile(this.#file('hall.toml'), `
name = { zh = "桐乡市行政服务中心", en = "Tongxiang Service Centre" }
listen = "127.0.0.1:${this.port}"
data_dir = "${this.#file('data')}"
${settings}
[[zones]]
id = "A"
zh = "A厅"
en = "Hall A"
[[zones]]
id = "B"
zh = "B厅"
en = "Hall B"
${group('A', 1, 2)}${group('B', 3, 4)}`);
  }

  /** Every fifth visitor of a full hall's days: what four windows can serve. */
  async #past(days) {
    const options = ['--days', String(days), '--one-in', '5', '--data-dir', this.#file('data')];
    const said = await run(program('past'), ['--config', this.#file('hall.toml'), ...options]);
    this.past = said.trim().split('\n');
  }

  async #device(name, options) {
    return (await this.#command(['device', 'add', name, ...options])).trim();
  }

  async #start(file, name, profile, check) {
    const directory = this.#file(name);
    await mkdir(directory, { recursive: true });
    const toml = path.join(directory, 'profile.toml');
    await writeFile(toml, `name = "${name}"\nserver = "${this.url('')}"\n${profile.trimStart()}`);
    const device = new Program(name, program(file), ['--profile', toml], directory);
    this.devices.push(device);
    await device.until(check);
  }

  #command([noun, verb, ...rest], input = '') {
    return run(SERVER, [noun, verb, '--config', this.#file('hall.toml'), ...rest], { input });
  }

  #file(name) {
    return path.join(this.directory, name);
  }
}

async function files(directory, ending) {
  const names = await readdir(directory).catch(() => []);
  return names.filter((name) => name.endsWith(ending)).sort().map((name) => path.join(directory, name));
}
