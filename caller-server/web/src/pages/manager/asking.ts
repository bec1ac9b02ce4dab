import { ANSWER_MS_MAX, asRefused } from '../../lib/press.ts';
import type { Attend, Attended, DayCourse, PastDays, RulesBook, Text, WhatIf, WhatIfState } from '../../lib/wire.ts';
import { common } from '../../lib/words.ts';

/** The server gives a device 10 s, and then says what is wrong, ms. */
const DEVICE_MS_MAX = 12_000;

/** What was asked for, or why it can't be had. */
export type Got<T> = { got: T } | { problem: Text };

/** Somebody who was overtaken. Written by hand: it is no part of the live protocol. */
export interface Overtaken {
  ticket: string;
  by: string;
  at_ms: number;
  window: number;
  text: Text;
}

/** A call and its reason. */
export interface CallReason {
  at_ms: number;
  window: number;
  why: Text;
}

/** The last days on which somebody came. */
export const pastDays = () => ask<PastDays>('/api/days');
/** How the rules changed, and ready-made ones. */
export const rulesBook = () => ask<RulesBook>('/api/rules');
/** The waits of a day. */
export const courseOf = (day: string) => ask<DayCourse>(`/api/course?${new URLSearchParams({ day })}`);
/** Who was overtaken on a day. */
export const overtakenOn = (day: string) => ask<{ overtaken: Overtaken[] }>(`/api/overtaken?${new URLSearchParams({ day })}`);
/** Why a visit was called, each time. */
export const callsOf = (ticket: string) => ask<{ calls: CallReason[] }>(`/api/calls?${new URLSearchParams({ ticket })}`);
/** How far a what-if is. */
export const lookAt = (id: number) => ask<WhatIfState>(`/api/whatif/${id}`);
/** Begins a what-if. */
export const begin = (wish: WhatIf) =>
  ask<WhatIfState>('/api/whatif', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(wish) });

/** Wants something of a device, which may take as long as a slip does. */
export const attend = (device: string, what: Attend) =>
  ask<Attended>(
    `/api/devices/${encodeURIComponent(device)}/attend`,
    { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ what }) },
    DEVICE_MS_MAX,
  );

/** Cancels a what-if; one that is gone needs no cancelling. */
export async function cancel(id: number): Promise<void> {
  await fetch(`/api/whatif/${id}`, { method: 'DELETE', signal: AbortSignal.timeout(ANSWER_MS_MAX) }).catch(() => undefined);
}

async function ask<T>(path: string, init: RequestInit = {}, ms_max = ANSWER_MS_MAX): Promise<Got<T>> {
  try {
    const response = await fetch(path, { ...init, signal: AbortSignal.timeout(ms_max) });
    const body: unknown = await response.json();
    return response.ok ? { got: body as T } : { problem: asRefused(body)?.text ?? common.no_server };
  } catch {
    return { problem: common.no_server };
  }
}
