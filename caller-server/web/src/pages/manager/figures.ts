import { lengthText } from '../../lib/time.ts';
import type { HalfHour, Interval } from '../../lib/wire.ts';

/** Seconds as `4:07`, with ± where it is known. */
export function seconds({ mean, plus_minus }: Interval): string {
  const text = lengthText(Math.round(mean) * 1_000);
  return plus_minus === undefined ? text : `${text} ± ${lengthText(Math.round(plus_minus) * 1_000)}`;
}

/** A share of a hundred, with ± where it is known. */
export function percent({ mean, plus_minus }: Interval): string {
  const text = `${mean.toFixed(1)} %`;
  return plus_minus === undefined ? text : `${text} ± ${plus_minus.toFixed(1)}`;
}

/** A share as a percentage. */
export function share(of: number): string {
  return `${(of * 100).toFixed(0)} %`;
}

/** How many, with a decimal where a mean is not whole. */
export function count(of: number): string {
  return Number.isInteger(of) ? String(of) : of.toFixed(1);
}

/** A difference in seconds as `−1:20` or `+0:05`. */
export function difference(from: number, to: number): string {
  const s = Math.round(to - from);
  return `${s < 0 ? '−' : s > 0 ? '+' : ''}${lengthText(Math.abs(s) * 1_000)}`;
}

/** The half hours of several days or sides on one axis: minutes, and the mean wait of each side in minutes. */
export function aligned(sides: HalfHour[][]): { minutes: number[]; means: (number | null)[][] } {
  const minutes = [...new Set(sides.flat().map((half) => half.from_min))].sort((a, b) => a - b);
  const mean = (side: HalfHour[], minute: number) => {
    const half = side.find(({ from_min }) => from_min === minute);
    return half && half.visits > 0 ? half.mean_s / 60 : null;
  };
  return { minutes, means: sides.map((side) => minutes.map((minute) => mean(side, minute))) };
}
