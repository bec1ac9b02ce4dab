import type { CallView } from '../../lib/wire.ts';

/** The most calls that are remembered as having arrived: more than a board shows. */
const KEPT = 32;

/**
 * Tells which calls happened before the eyes of this board. What was called before it was switched on or while it was cut off
 * is shown, but never as if it were new.
 */
export class Arrivals {
  private last_seq = 0;
  private arrived: number[] = [];

  /** Takes in the calls of a view; returns those (by `seq`) that are to be shown as new. */
  take(calls: CallView[], fresh: boolean): Set<number> {
    const later = calls.map((call) => call.seq).filter((seq) => seq > this.last_seq);
    this.last_seq = Math.max(this.last_seq, ...later);
    this.arrived = fresh ? [...later, ...this.arrived].slice(0, KEPT) : [];
    return new Set(this.arrived);
  }
}
