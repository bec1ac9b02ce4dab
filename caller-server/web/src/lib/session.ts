import { ANSWER_MS_MAX, asRefused } from './press.ts';
import type { Text } from './wire.ts';
import { common } from './words.ts';

/** Who is signed in at this browser. */
export interface Session {
  name: string;
  role: 'clerk' | 'manager';
}

/** What came of signing in. */
export type SignedIn = { session: Session } | { problem: Text };

const PATH = '/api/session';

/** Who is signed in; `null` = nobody, or the server can't be asked. */
export async function whoAmI(): Promise<Session | null> {
  const outcome = await ask({ method: 'GET' });
  return 'session' in outcome ? outcome.session : null;
}

/** Signs in; the browser keeps the cookie. */
export function signIn(name: string, password: string): Promise<SignedIn> {
  return ask({ method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ name, password }) });
}

/** Signs out; a failure leaves the cookie, and the page shows who is still signed in. */
export async function signOut(): Promise<void> {
  await fetch(PATH, { method: 'DELETE', signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => undefined);
}

async function ask(request: RequestInit): Promise<SignedIn> {
  try {
    const response = await fetch(PATH, { ...request, signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const body: unknown = await response.json();
    return response.ok ? { session: body as Session } : { problem: asRefused(body)?.text ?? common.no_server };
  } catch {
    return { problem: common.no_server };
  }
}
