import { minuteOf } from '../../lib/time.ts';
import type { Change, Lane, PastDay, Rules, WhatIf } from '../../lib/wire.ts';

/** The most people of a made-up day, the longest target and service; the server's limits. */
export const VISITS_MAX = 10_000;
export const TARGET_MIN_MAX = 1_440;
export const SERVICE_MIN_MAX = 60;
export const DRAWS_MAX = 200;
/** The highest number of a window. */
export const WINDOW_MAX = 65_535;

/** What stands in the fields of a what-if. An emptied field is `null`. */
export interface TrialDraft {
  /** The days that are played; none = a made-up one. */
  days: string[];
  visits: number | null;
  service_min: number | null;
  target_min: number | null;
  rules: 'as_were' | 'now' | number;
  /** What is otherwise with the windows: how many are open for a while, or when one of them is. */
  opened: 'as_were' | 'count' | 'one';
  lane: Lane;
  from: string;
  until: string;
  windows: number | null;
  /** The one window whose time is another. */
  window: number | null;
  draws: number | null;
}

/** What is asked first: the last full day, and nothing changed. */
export function draftOfDays(days: PastDay[], today: string | null, lane: Lane): TrialDraft {
  const full = days.find((row) => row.day !== today) ?? days[0];
  return {
    days: full ? [full.day] : [], visits: 860, service_min: 9, target_min: 15, rules: 'as_were', opened: 'as_were', lane,
    from: '10:00', until: '11:00', windows: 10, window: 1, draws: 0,
  };
}

/** The fields as a question; `null` when one of them is empty or out of its limits. */
export function comparisonOf(draft: TrialDraft, rules: { now: Rules; presets: Rules[] }): WhatIf | null {
  const { days, target_min, draws } = draft;
  if (!within(target_min, 1, TARGET_MIN_MAX) || !within(draws, 0, DRAWS_MAX)) return null;
  const otherwise = openedOf(draft);
  const people = days.length > 0 ? ({ from: 'days', days } as const) : madeOf(draft);
  if (!people || !otherwise) return null;
  const other = draft.rules === 'as_were' ? undefined : draft.rules === 'now' ? rules.now : rules.presets[draft.rules];
  return { ask: 'compare', people, change: { ...otherwise, ...(other ? { rules: other } : {}) }, target_s: target_min * 60, draws };
}

/** What is otherwise with the windows; `null` when a field is empty or out of its limits. */
function openedOf({ opened, lane, windows, window, from, until }: TrialDraft): Pick<Change, 'open' | 'hours'> | null {
  if (opened === 'as_were') return { open: [], hours: [] };
  const [from_min, until_min] = [minuteOf(from), minuteOf(until)];
  if (from_min === null || until_min === null || from_min >= until_min) return null;
  if (opened === 'one') return within(window, 1, WINDOW_MAX) ? { open: [], hours: [{ window, from_min, until_min }] } : null;
  return within(windows, 0, 300) ? { open: [{ lane, from_min, until_min, windows }], hours: [] } : null;
}

/** How many windows must open? `null` when a field is empty or out of its limits. */
export function neededOf({ days, lane, from, until, target_min }: TrialDraft): WhatIf | null {
  const [from_min, until_min] = [minuteOf(from), minuteOf(until)];
  if (from_min === null || until_min === null || from_min >= until_min) return null;
  if (!within(target_min, 1, TARGET_MIN_MAX) || days.length === 0) return null;
  return { ask: 'windows', days, lane, from_min, until_min, target_s: target_min * 60 };
}

/** Whether a field holds a whole number within its limits. */
export function within(value: number | null, low: number, high: number): value is number {
  return value !== null && Number.isInteger(value) && value >= low && value <= high;
}

function madeOf({ lane, visits, service_min }: TrialDraft) {
  if (!within(visits, 1, VISITS_MAX) || service_min === null || service_min <= 0 || service_min > SERVICE_MIN_MAX) return null;
  return { from: 'made', lane, visits, from_min: 510, until_min: 990, service_s: Math.round(service_min * 60), cv_percent: 80 } as const;
}
