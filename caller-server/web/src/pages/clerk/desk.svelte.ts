import { newKey, press } from '../../lib/press.ts';
import { toasts } from '../../lib/ui/toasts.svelte.ts';
import { Watch } from '../../lib/watch.svelte.ts';
import type { Text, VisitAct, WindowAct } from '../../lib/wire.ts';

const KEPT_AS = 'yihao.console';

/** A clerk's console at one window: what it sees, and one order at a time. */
export class Desk {
  readonly watch: Watch<'clerk'>;
  /** An order is on its way; others are not taken. */
  busy = $state(false);
  /** How many tries of the present order failed. */
  tries = $state(0);

  private readonly console = consoleName();

  constructor(
    readonly window: number,
    private readonly onsignedout: () => void,
  ) {
    this.watch = new Watch('clerk', { of: 'clerk', window, console: this.console });
  }

  /** Does something at the window; resolves to whether it was done. */
  act(act: WindowAct): Promise<boolean> {
    return this.order(`/api/windows/${this.window}`, act);
  }

  /** Does something with a visit that waits aside. */
  visit(ticket: string, act: VisitAct): Promise<boolean> {
    return this.order('/api/visits', { ticket, act });
  }

  /** Prints a slip once more at a dispenser. */
  reprint(ticket: string, at: string): Promise<boolean> {
    return this.order('/api/tickets/reprint', { ticket, at });
  }

  /** Ends the connection. */
  end(): void {
    this.watch.end();
  }

  private async order(path: string, body: unknown): Promise<boolean> {
    if (this.busy) {
      return false;
    }
    this.busy = true;
    const outcome = await press({ path, body, console: this.console }, (tries) => (this.tries = tries));
    this.busy = false;
    this.tries = 0;
    if (!outcome.done) {
      this.refused(outcome.refused.code, outcome.refused.text);
    }
    return outcome.done;
  }

  private refused(code: string, text: Text): void {
    toasts.say(text, true);
    if (code === 'signed_out' || code === 'unauthorised') {
      this.onsignedout();
    }
  }
}

/** The random name of this browser tab; it outlives a reload, so that the tab keeps its window. */
function consoleName(): string {
  const kept = sessionStorage.getItem(KEPT_AS);
  if (kept) {
    return kept;
  }
  const made = newKey();
  sessionStorage.setItem(KEPT_AS, made);
  return made;
}
