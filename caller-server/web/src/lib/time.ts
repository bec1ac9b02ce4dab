import { SILENCE_MS_MAX } from './wire.ts';

/** The hall's zone until the server names it: a screen's own zone may be set to anything. */
const FIRST_TIME_ZONE = 'Asia/Shanghai';

/** How many words from the server the rate is taken over. */
const SAMPLES_MAX = 8;
/** Below this share of difference the server's clock counts as running like ours. */
const RATE_NOISE = 0.05;

interface Sample {
  hall_ms: number;
  local_ms: number;
}

/**
 * The hall's clock as this screen knows it: what the server said last, carried on at the rate at which its clock was seen to
 * run (a demonstration runs at sixty times the speed). It never goes on for longer than the silence that counts as cut off.
 */
export class HallClock {
  private samples: Sample[] = [];

  /** The server said that it is `hall_ms`; our own steady clock says `local_ms`. */
  hear(hall_ms: number, local_ms: number): void {
    const last = this.samples.at(-1);
    if (last && hall_ms < last.hall_ms) {
      this.samples = []; // the server's clock was set back, or an older view came late: begin anew
    }
    this.samples.push({ hall_ms, local_ms });
    if (this.samples.length > SAMPLES_MAX) {
      this.samples.shift();
    }
  }

  /** The hall's time at our steady clock's `local_ms`; `null` before the first word. */
  at(local_ms: number): number | null {
    const last = this.samples.at(-1);
    if (!last) {
      return null;
    }
    const gone_ms = Math.min(Math.max(0, local_ms - last.local_ms), SILENCE_MS_MAX);
    return last.hall_ms + gone_ms * this.rate();
  }

  /** Milliseconds of the hall in one of ours; 1 until known better. */
  rate(): number {
    const first = this.samples[0];
    const last = this.samples.at(-1);
    if (!first || !last || last.local_ms - first.local_ms < 1_000) {
      return 1;
    }
    const rate = (last.hall_ms - first.hall_ms) / (last.local_ms - first.local_ms);
    return Math.abs(rate - 1) < RATE_NOISE ? 1 : rate;
  }

  /** What the server said last. */
  lastHeard(): number | null {
    return this.samples.at(-1)?.hall_ms ?? null;
  }
}

let { hoursMinutes, withSeconds } = formats(FIRST_TIME_ZONE);
let zone = FIRST_TIME_ZONE;

/** The hall's times are those of this zone from now on. */
export function useTimeZone(timeZone: string): void {
  ({ hoursMinutes, withSeconds } = formats(timeZone));
  zone = timeZone;
}

function formats(timeZone: string) {
  const minutes = { hour: '2-digit', minute: '2-digit', timeZone } as const;
  return {
    hoursMinutes: new Intl.DateTimeFormat('en-GB', minutes),
    withSeconds: new Intl.DateTimeFormat('en-GB', { ...minutes, second: '2-digit' }),
  };
}

/** How far the hall's time is ahead of UTC at a moment, minutes. */
export function aheadOfUtcMin(at_ms: number): number {
  const parts = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at_ms);
  const name = parts.find((part) => part.type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0));
}

/** The hall's date, `2026-11-23`. */
export function dayText(at_ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short' }).format(at_ms);
}

/** Minutes since midnight as `09:30`. */
export function minuteText(minute: number): string {
  const two = (n: number) => String(n).padStart(2, '0');
  return `${two(Math.floor(minute / 60))}:${two(Math.floor(minute) % 60)}`;
}

/** `09:30` as minutes since midnight; `24:00` is the end of the day. `null` when it is no time. */
export function minuteOf(text: string): number | null {
  const [, hours, minutes] = /^(\d\d?):(\d\d)$/.exec(text.trim()) ?? [];
  const minute = Number(hours) * 60 + Number(minutes);
  return Number(minutes) < 60 && minute <= 1_440 ? minute : null;
}

/** `09:41`. */
export function clockText(at_ms: number | null): string {
  return at_ms === null ? '--:--' : hoursMinutes.format(at_ms);
}

/** `09:41:07`. */
export function clockTextSeconds(at_ms: number | null): string {
  return at_ms === null ? '--:--:--' : withSeconds.format(at_ms);
}

/** A length of time as `4:07` or `1:04:07`; never negative. */
export function lengthText(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1_000));
  const two = (n: number) => String(n).padStart(2, '0');
  const rest = `${two(Math.floor(s / 60) % 60)}:${two(s % 60)}`;
  return s >= 3_600 ? `${Math.floor(s / 3_600)}:${rest}` : rest.replace(/^0/, '');
}
