import { press } from '../../lib/press.ts';
import { toasts } from '../../lib/ui/toasts.svelte.ts';
import { Watch } from '../../lib/watch.svelte.ts';
import type { Approve, HallAct, WindowAct } from '../../lib/wire.ts';
import { common } from '../../lib/words.ts';

/** What a manager sees and orders. */
export class Office {
  readonly watch = new Watch('manager', { of: 'manager' });
  /** An order is on its way; others are not taken. */
  busy = $state(false);

  constructor(private readonly onsignedout: () => void) {}

  /** Does something with the hall; resolves to whether it was done. */
  hall(act: HallAct): Promise<boolean> {
    return this.order('/api/hall', act);
  }

  /** Does something at a window, as a manager. */
  window(window: number, act: WindowAct): Promise<boolean> {
    return this.order(`/api/windows/${window}`, act);
  }

  /** Prints a slip once more at a dispenser. */
  reprint(ticket: string, at: string): Promise<boolean> {
    return this.order('/api/tickets/reprint', { ticket, at });
  }

  /** Lets a blank device in. */
  approve(id: string, wish: Approve): Promise<boolean> {
    return this.order(`/api/enrol/${id}/approve`, wish);
  }

  /** Does not want a blank device. */
  refuse(id: string): Promise<boolean> {
    return this.order(`/api/enrol/${id}/refuse`, {});
  }

  /** Shuts a device out. */
  revoke(device: string): Promise<boolean> {
    return this.order('/api/devices/revoke', { device });
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
    const outcome = await press({ path, body }, () => toasts.say(common.resending));
    this.busy = false;
    if (!outcome.done) {
      toasts.say(outcome.refused.text, true);
      if (outcome.refused.code === 'signed_out' || outcome.refused.code === 'unauthorised') {
        this.onsignedout();
      }
    }
    return outcome.done;
  }
}
