import { ANSWER_MS_MAX, asRefused } from '../../lib/press.ts';
import type { Class, Lane, Stage, Text } from '../../lib/wire.ts';
import { common } from '../../lib/words.ts';

/** One visit, as the search finds it. Written by hand: the search is no part of the live protocol. */
export interface VisitRecord {
  /** `2026-11-23/A001`. */
  ticket: string;
  lane: Lane;
  class: Class;
  stage: Stage;
  issued_at_ms: number;
  /** When it was called last. */
  called_at_ms?: number;
  /** When it was finished, or ended without service. */
  ended_at_ms?: number;
  /** Every window to which it was called, the last one last. */
  windows?: number[];
  /** Who sat at the last of them. */
  clerk?: string;
}

/** What came of a search. */
export type Found = { visits: VisitRecord[] } | { problem: Text };

/** `A001` of `2026-11-23/A001`. */
export function numberOf(visit: VisitRecord): string {
  return visit.ticket.split('/').at(-1) ?? visit.ticket;
}

/** Looks for visits of a day whose number begins with a text. */
export async function search(day: string, text: string): Promise<Found> {
  const query = new URLSearchParams({ ...(day ? { day } : {}), ...(text ? { q: text } : {}) });
  try {
    const response = await fetch(`/api/search?${query}`, { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const body: unknown = await response.json();
    return response.ok ? (body as { visits: VisitRecord[] }) : { problem: asRefused(body)?.text ?? common.no_server };
  } catch {
    return { problem: common.no_server };
  }
}
