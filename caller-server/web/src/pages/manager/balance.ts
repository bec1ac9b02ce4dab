import type { Balance, Class, IdlePick, Lane, Patch, Switch, When, ZoneMode } from '../../lib/wire.ts';
import { aheadOfUtcMin, minuteOf, minuteText } from '../../lib/time.ts';

/** The largest part of a class in a ratio. The server's limits; it refuses beyond them. */
export const PART_MAX = 1_000;
/** The most windows that a class may keep. */
export const KEPT_MAX = 300;
/** The longest name of a switch, characters. */
export const NAME_CHARS_MAX = 40;
/** The largest offset, wait or dwell time: one day, s. */
export const SECONDS_MAX = 86_400;

const CLASSES: Class[] = ['normal', 'returning', 'priority', 'appointment'];
/** What a release is where nothing is kept yet, s. */
const RELEASE_S = 300;

/** A switch as fields. */
export interface SwitchDraft {
  name: string;
  kind: 'clock' | 'waiting' | 'oldest_wait' | 'open_windows';
  lane: Lane;
  from: string;
  until: string;
  on: number | null;
  off: number | null;
  dwell_s: number | null;
  /** What it changes; '' = nothing of that. */
  pick: IdlePick | '';
  class: Class | '';
  offset_s: number | null;
  /** All that it changed before: what is not shown stays. */
  before: Patch;
  ahead_of_utc_min: number;
}

/** Rules R2 to R6 and R8 as fields. An emptied field is `null`. */
export interface BalanceDraft {
  ratio_on: boolean;
  ratio: { class: Class; part: number | null }[];
  reserved: { class: Class; windows: number | null; release_after_s: number | null }[];
  mode: ZoneMode;
  steal: 'always' | 'after' | 'never';
  steal_after_s: number | null;
  pick: IdlePick;
  switches: SwitchDraft[];
  auto_call: number[];
}

/** What holds where nothing is said. */
export const DEFAULTS: Balance = {
  ratio: {},
  reserved: [],
  zones: { mode: 'lew', steal_after_s: 0 },
  idle_pick: 'longest_idle',
  switches: [],
  auto_call: [],
};

/** The rules as fields. */
export function balanceDraftOf(balance: Balance = DEFAULTS): BalanceDraft {
  const { ratio, reserved, zones, idle_pick, switches, auto_call } = balance;
  const steal_s = zones.steal_after_s;
  return {
    ratio_on: Object.keys(ratio).length > 0,
    ratio: CLASSES.map((of) => ({ class: of, part: ratio[of] ?? 1 })),
    reserved: CLASSES.map((of) => {
      const kept = reserved.find((row) => row.class === of);
      return { class: of, windows: kept?.windows ?? 0, release_after_s: kept?.release_after_s ?? RELEASE_S };
    }),
    mode: zones.mode,
    steal: steal_s === null ? 'never' : steal_s === 0 ? 'always' : 'after',
    steal_after_s: steal_s || RELEASE_S,
    pick: idle_pick,
    switches: switches.map(switchDraftOf),
    auto_call: [...auto_call].sort((a, b) => a - b),
  };
}

/** The fields as rules; `null` when one of them is empty or out of its limits. */
export function balanceOf(draft: BalanceDraft): Balance | null {
  const parts = draft.ratio.map(({ part }) => part);
  if (draft.ratio_on && !parts.every((part) => isWithin(part, 1, PART_MAX))) return null;
  const kept = draft.reserved.filter(({ windows }) => windows !== 0);
  if (!kept.every((row) => isWithin(row.windows, 0, KEPT_MAX) && isWithin(row.release_after_s, 0, SECONDS_MAX))) return null;
  if (draft.steal === 'after' && !isWithin(draft.steal_after_s, 1, SECONDS_MAX)) return null;
  if (!draft.switches.every((row) => switchProblem(row, draft.switches) === null)) return null;
  const steal_after_s = { always: 0, after: draft.steal_after_s, never: null }[draft.steal];
  return {
    ratio: draft.ratio_on ? Object.fromEntries(draft.ratio.map(({ class: of, part }) => [of, part ?? 1])) : {},
    reserved: kept.map(({ class: of, windows, release_after_s }) => ({ class: of, windows: windows ?? 0, release_after_s })),
    zones: { mode: draft.mode, steal_after_s },
    idle_pick: draft.pick,
    switches: draft.switches.map(switchOf),
    auto_call: draft.auto_call,
  };
}

/** A switch to begin with. */
export function newSwitch(lane: Lane, now_ms: number): SwitchDraft {
  return {
    name: '', kind: 'waiting', lane, from: '09:00', until: '11:00', on: 20, off: 10, dwell_s: 300, pick: '', class: '',
    offset_s: 0, before: NOTHING, ahead_of_utc_min: aheadOfUtcMin(now_ms),
  };
}

/** What is wrong with a switch; `null` = nothing. */
export function switchProblem(row: SwitchDraft, all: SwitchDraft[]): 'name' | 'limits' | 'nothing' | null {
  const name = row.name.trim();
  const alone = all.filter((other) => other.name.trim() === name).length === 1;
  if (name === '' || [...name].length > NAME_CHARS_MAX || !alone) return 'name';
  if (!isWithin(row.dwell_s, 0, SECONDS_MAX) || !hasLimits(row)) return 'limits';
  if (row.class !== '' && !isWithin(row.offset_s, 0, SECONDS_MAX)) return 'limits';
  return JSON.stringify(patchOf(row)) === JSON.stringify(NOTHING) ? 'nothing' : null;
}

/** Whether a switch changes what the form does not show. */
export function changesMore({ before }: SwitchDraft): boolean {
  return Object.keys(before.ratio).length > 0 || before.reserved !== null || before.zones !== null || before.classes.length > 1;
}

/** Whether a field holds a whole number within its limits. */
export function isWithin(value: number | null | undefined, low: number, high: number): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= low && value <= high;
}

const NOTHING: Patch = { classes: [], ratio: {}, reserved: null, zones: null, idle_pick: null };

function hasLimits({ kind, from, until, on, off }: SwitchDraft): boolean {
  if (kind === 'clock') {
    const [begins, ends] = [minuteOf(from), minuteOf(until)];
    return begins !== null && ends !== null && begins !== ends && Math.max(begins, ends) < 1_440;
  }
  if (!isWithin(on, 0, SECONDS_MAX) || !isWithin(off, 0, SECONDS_MAX)) return false;
  if (kind === 'waiting') return off >= 1 && off <= on + 1;
  return kind === 'oldest_wait' ? off <= on : off + 1 >= on;
}

function switchDraftOf({ name, when, dwell_s, then }: Switch): SwitchDraft {
  const first = then.classes[0];
  const draft: SwitchDraft = {
    ...newSwitch('acceptance', Date.now()), name, dwell_s, pick: then.idle_pick ?? '', before: then,
    class: first?.class ?? '', offset_s: first?.offset_s ?? 0,
  };
  if ('clock' in when) {
    const { from_min, until_min, ahead_of_utc_min } = when.clock;
    return { ...draft, kind: 'clock', from: minuteText(from_min), until: minuteText(until_min), ahead_of_utc_min };
  }
  if ('waiting' in when) {
    return { ...draft, kind: 'waiting', lane: when.waiting.lane, on: when.waiting.over, off: when.waiting.back_under };
  }
  if ('oldest_wait' in when) {
    return { ...draft, kind: 'oldest_wait', lane: when.oldest_wait.lane, on: when.oldest_wait.over_s, off: when.oldest_wait.back_under_s };
  }
  return { ...draft, kind: 'open_windows', lane: when.open_windows.lane, on: when.open_windows.under, off: when.open_windows.back_over };
}

function switchOf(row: SwitchDraft): Switch {
  return { name: row.name.trim(), when: whenOf(row), dwell_s: row.dwell_s ?? 0, then: patchOf(row) };
}

function whenOf({ kind, lane, from, until, on, off, ahead_of_utc_min }: SwitchDraft): When {
  switch (kind) {
    case 'clock':
      return { clock: { from_min: minuteOf(from) ?? 0, until_min: minuteOf(until) ?? 0, ahead_of_utc_min } };
    case 'waiting':
      return { waiting: { lane, over: on ?? 0, back_under: off ?? 0 } };
    case 'oldest_wait':
      return { oldest_wait: { lane, over_s: on ?? 0, back_under_s: off ?? 0 } };
    case 'open_windows':
      return { open_windows: { lane, under: on ?? 0, back_over: off ?? 0 } };
  }
}

/** What is shown over what was there. */
function patchOf({ before, pick, class: of, offset_s }: SwitchDraft): Patch {
  const [first, ...others] = before.classes;
  const shown = { rate_milli: 1_000, cap_s: 2_700, ...(first?.class === of ? first : {}), class: of as Class, offset_s: offset_s ?? 0 };
  return { ...before, classes: of === '' ? others : [shown, ...others], idle_pick: pick === '' ? null : pick };
}
