import type { ClassRule, Rules } from '../../lib/wire.ts';
import { DEFAULTS, balanceDraftOf, balanceOf, type BalanceDraft } from './balance.ts';

/** The largest offset, cap, gap, grace or penalty: one day, s. The server's limits; it refuses beyond them. */
export const SECONDS_MAX = 86_400;
/** The largest rate; 1 = one second a second. */
export const RATE_MAX = 100;
/** The most recalls. */
export const RECALLS_MAX = 10;

/** What stands in the fields of one class. An emptied field is `null`. */
export interface ClassDraft {
  class: ClassRule['class'];
  offset_s: number | null;
  rate: number | null;
  cap_s: number | null;
}

/** What stands in the fields. */
export interface Draft {
  classes: ClassDraft[];
  recalls: number | null;
  recall_gap_s: number | null;
  grace_s: number | null;
  penalty_s: number | null;
  /** Rules R2 to R6 and R8. */
  balance: BalanceDraft;
}

/** The rules as fields: the rate in seconds a second, not in thousandths. */
export function draftOf(rules: Rules): Draft {
  const { classes, balance, ...no_show } = rules;
  const scores = classes.map(({ rate_milli, ...rest }) => ({ ...rest, rate: rate_milli / 1_000 }));
  return { ...no_show, classes: scores, balance: balanceDraftOf(balance) };
}

/** The fields as rules; `null` when one of them is empty or out of its limits. */
export function rulesOf(draft: Draft): Rules | null {
  const { recalls, recall_gap_s, grace_s, penalty_s } = draft;
  const classes = draft.classes.map(classOf);
  if (!isWhole(recalls, RECALLS_MAX) || !isWhole(recall_gap_s) || !isWhole(grace_s) || !isWhole(penalty_s)) {
    return null;
  }
  if (!classes.every((rule) => rule !== null)) return null;
  const balance = balanceOf(draft.balance);
  if (!balance) return null;
  const scores = { classes, recalls, recall_gap_s, grace_s, penalty_s };
  // As the server writes them: what is as by default is left out.
  return JSON.stringify(balance) === JSON.stringify(DEFAULTS) ? scores : { ...scores, balance };
}

/** Whether a field holds a whole number from 0 to its limit. */
export function isWhole(value: number | null | undefined, max: number = SECONDS_MAX): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= max;
}

/** Whether a rate has at most three decimals and is within its limit. */
export function isRate(value: number | null | undefined): value is number {
  return typeof value === 'number' && value >= 0 && value <= RATE_MAX && Math.abs(value * 1_000 - Math.round(value * 1_000)) < 1e-6;
}

function classOf(draft: ClassDraft): ClassRule | null {
  const { offset_s, rate, cap_s } = draft;
  const fine = isWhole(offset_s) && isRate(rate) && isWhole(cap_s);
  return fine ? { class: draft.class, offset_s, rate_milli: Math.round(rate * 1_000), cap_s } : null;
}
