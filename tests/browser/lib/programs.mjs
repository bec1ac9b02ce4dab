// Real programs as children: started, listened to, ended by their process id.
import { spawn } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { createWriteStream, mkdirSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';

/** The top of the tree. */
export const TOP = path.resolve(import.meta.dirname, '../../..');
/** What a run leaves behind: logs and screenshots. */
export const OUTPUT = path.join(TOP, 'test-output');

const STARTS_WITHIN_MS = 10_000;
const ENDS_WITHIN_MS = 5_000;

/** The path of a program of the workspace. */
export function program(name) {
  return path.join(process.env.CARGO_TARGET_DIR ?? path.join(TOP, 'target'), 'release', name);
}

/** A running program. */
export class Program {
  /** Starts it; what it says goes to `test-output/logs/browser-NAME.log`. */
  constructor(name, file, args, cwd) {
    mkdirSync(path.join(OUTPUT, 'logs'), { recursive: true });
    const log = createWriteStream(path.join(OUTPUT, 'logs', `browser-${name}.log`), { flags: 'a' });
    this.name = name;
    this.said = '';
    this.child = spawn(file, args, { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    this.ended = new Promise((resolve) => this.child.once('exit', resolve).once('error', resolve));
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream.on('data', (data) => {
        this.said += data;
        log.write(data);
      });
    }
  }

  /** Waits until `check` gives something; a program that ended or takes too long fails with what it said. */
  async until(check) {
    const end = Date.now() + STARTS_WITHIN_MS;
    while (Date.now() < end && this.child.exitCode === null) {
      const found = await check().catch(() => null);
      if (found) {
        return found;
      }
      await pause(50);
    }
    throw new Error(`${this.name} did not start; it said:\n${this.said}`);
  }

  /** Pulls the plug: no word of farewell. */
  async kill() {
    this.child.kill('SIGKILL');
    await this.ended;
  }

  /** Asks it to stop, and insists when it does not. */
  async stop() {
    this.child.kill('SIGTERM');
    const insist = setTimeout(() => this.child.kill('SIGKILL'), ENDS_WITHIN_MS);
    await this.ended;
    clearTimeout(insist);
  }
}

/** Runs a program to its end; gives what it wrote, or fails with it. */
export async function run(file, args, { input = '', cwd = TOP } = {}) {
  const child = spawn(file, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
  let out = '';
  let all = '';
  child.stdout.on('data', (data) => ((out += data), (all += data)));
  child.stderr.on('data', (data) => (all += data));
  // A program that asks nothing may be gone before it is told nothing; what it says and its exit code are what counts.
  child.stdin.on('error', () => {});
  child.stdin.end(input);
  const code = await new Promise((resolve, reject) => child.once('close', resolve).once('error', reject));
  if (code !== 0) {
    throw new Error(`${path.basename(file)} ${args.join(' ')} ended with ${code}:\n${all}`);
  }
  return out;
}

/** Ports that a test takes: above those of people's own servers, below those that the kernel gives to connections. */
const PORTS = { first: 11_000, end: 32_000 };

/**
 * A port of this machine that nobody uses now, and that no connection gets either while the server on it is away: the browser makes
 * hundreds of them.
 */
export async function freePort() {
  for (;;) {
    const port = randomInt(PORTS.first, PORTS.end);
    const server = createServer();
    const listens = await new Promise((resolve) => {
      server.once('error', () => resolve(false));
      server.listen(port, '127.0.0.1', () => resolve(true));
    });
    if (listens) {
      await new Promise((resolve) => server.close(resolve));
      return port;
    }
  }
}

/** Waits, ms. */
export function pause(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
