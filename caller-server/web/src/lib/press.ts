import { backoffMs } from './backoff.ts';
import type { Answer, Refused } from './wire.ts';

/** Without an answer for this long a try counts as lost, ms. */
export const ANSWER_MS_MAX = 4_000;

/** What came of an order. */
export type Outcome = { done: true; answer: Answer } | { done: false; refused: Refused };

/** What {@link press} needs of the world; a test brings its own. */
export interface World {
  fetch: typeof fetch;
  sleep(ms: number): Promise<void>;
  random(): number;
}

/** One order over HTTP. */
export interface Wish {
  path: string;
  body: unknown;
  /** The clerk's console, for what happens at a window. */
  console?: string;
}

/**
 * Sends an order until it is answered or refused. Every try carries the same key, so that an order whose answer was lost gets
 * its first answer again and is never done twice. `waiting` is told the number of tries that failed so far.
 */
export async function press(wish: Wish, waiting: (tries: number) => void = () => {}, world: World = browser()): Promise<Outcome> {
  const key = newKey();
  for (let tries = 0; ; tries += 1) {
    const outcome = await attempt(wish, key, world);
    if (outcome) {
      return outcome;
    }
    waiting(tries + 1);
    await world.sleep(backoffMs(tries, world.random()));
  }
}

/** A name for one wish, 32 hexadecimal digits. */
export function newKey(): string {
  // crypto.randomUUID is missing on plain http:// pages of a hall's network; getRandomValues is not.
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Reads a refusal out of a body; `null` if it is none. */
export function asRefused(body: unknown): Refused | null {
  const refused = body as Partial<Refused> | null;
  const whole = typeof refused?.code === 'string' && typeof refused.text?.zh === 'string' && typeof refused.text.en === 'string';
  return whole ? (refused as Refused) : null;
}

async function attempt(wish: Wish, key: string, world: World): Promise<Outcome | null> {
  try {
    const response = await world.fetch(wish.path, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        'Idempotency-Key': key,
        ...(wish.console === undefined ? {} : { 'X-Console': wish.console }),
      },
      body: JSON.stringify(wish.body),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    const body: unknown = await response.json();
    if (response.ok) {
      return { done: true, answer: body as Answer };
    }
    const refused = asRefused(body);
    return refused && { done: false, refused };
  } catch {
    return null; // cut off, too slow, or not our server's words (a proxy's error page): try again
  }
}

function browser(): World {
  return {
    fetch: (...args) => fetch(...args),
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    random: Math.random,
  };
}
