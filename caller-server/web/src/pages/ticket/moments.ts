import type { TicketView } from '../../lib/wire.ts';

/** So many ahead are near enough to look up. */
export const NEAR_AHEAD = 3;

/** What is worth a ring: the call, or that it comes soon. */
export type Moment = 'called' | 'near';

/** Tells the moments of a visit from its views, each once. */
export class Moments {
  private called_at_ms = 0;
  private distance: 'unknown' | 'far' | 'near' = 'unknown';

  /** Takes in the view; a recall is a call of its own. */
  take({ stage, ahead, called_at_ms }: TicketView): Moment | null {
    if (stage === 'called' && called_at_ms !== null && called_at_ms > this.called_at_ms) {
      this.called_at_ms = called_at_ms;
      return 'called';
    }
    return stage === 'waiting' && ahead !== null && this.comesNear(ahead) ? 'near' : null;
  }

  /** Who is near in the first view looks at the page anyway; and near stays near, whoever comes in between afterwards. */
  private comesNear(ahead: number): boolean {
    const before = this.distance;
    if (before !== 'near') this.distance = ahead > NEAR_AHEAD ? 'far' : 'near';
    return before === 'far' && this.distance === 'near';
  }
}
