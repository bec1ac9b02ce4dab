import { minuteOf } from '../../lib/time.ts';
import type { Lane, PastDay, Rules, WhatIf } from '../../lib/wire.ts';

/** The most people of a made-up day, the longest target and service; the server's limits. */
export const VISITS_MAX = 10_000;
export const TARGET_MIN_MAX = 1_440;
export const SERVICE_MIN_MAX = 60;
export const DRAWS_MAX = 200;

/** What stands in the fields of a what-if. An emptied field is `null`. */
export interface TrialDraft {
  /** The days that are played; none = a made-up one. */
  days: string[];
  visits: number | null;
  service_min: number | null;
  target_min: number | null;
  rules: 'as_were' | 'now' | number;
  /** Whether the number of windows is changed for a while. */
  counted: boolean;
  lane: Lane;
  from: string;
  until: string;
  windows: number | null;
  draws: number | null;
}

/** What is asked first: the last full day, and nothing changed. */
export function draftOfDays(days: PastDay[], today: string | null, lane: Lane): TrialDraft {
  const full = days.find((row) => row.day !== today) ?? days[0];
  return {
    days: full ? [full.day] : [], visits: 860, service_min: 9, target_min: 15, rules: 'as_were', counted: false, lane,
    from: '10:00', until: '11:00', windows: 10, draws: 0,
  };
}

/** The fields as a question; `null` when one of them is empty or out of its limits. */
export function comparisonOf(draft: TrialDraft, rules: { now: Rules; presets: Rules[] }): WhatIf | null {
  const { days, lane, target_min, draws, windows } = draft;
  const [from_min, until_min] = [minuteOf(draft.from), minuteOf(draft.until)];
  if (!within(target_min, 1, TARGET_MIN_MAX) || !within(draws, 0, DRAWS_MAX)) return null;
  if (draft.counted && (from_min === null || until_min === null || from_min >= until_min || !within(windows, 0, 300))) return null;
  const people = days.length > 0 ? ({ from: 'days', days } as const) : madeOf(draft);
  if (!people) return null;
  const open = draft.counted ? [{ lane, from_min: from_min ?? 0, until_min: until_min ?? 0, windows: windows ?? 0 }] : [];
  const other = draft.rules === 'as_were' ? undefined : draft.rules === 'now' ? rules.now : rules.presets[draft.rules];
  return { ask: 'compare', people, change: { open, hours: [], ...(other ? { rules: other } : {}) }, target_s: target_min * 60, draws };
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
