import { backoffMs } from '../../lib/backoff.ts';
import { liveUrl } from '../../lib/live.ts';
import { ANSWER_MS_MAX, asRefused, newKey } from '../../lib/press.ts';
import type { KioskPress, KioskScan, KioskState, Text } from '../../lib/wire.ts';
import { spoken } from '../../lib/words.ts';

/** The dispenser program behind this page: what it shows, and presses to it. */
export class Machine {
  /** `null` while the program can't be reached. */
  state = $state.raw<KioskState | null>(null);
  /** A press is on its way; another one is not taken. */
  pressing = $state(false);
  /** What went wrong with the last press. */
  problem = $state.raw<Text | null>(null);

  /** Grows whenever no number stands on the screen: the next one is new, though it may be the same number once more. */
  moved = $state(0);

  private tries = 0;

  constructor() {
    this.connect();
  }

  /**
   * Asks for a number, once: whether a slip comes out is seen on the machine, and a second try is the visitor's to make.
   */
  async press(wish: KioskPress): Promise<void> {
    if (this.pressing) {
      return;
    }
    this.pressing = true;
    await this.ask('/press', wish, spoken.failed);
    this.pressing = false;
  }

  /** Hands on what a reader read, and forgets it. */
  async scan(scan: KioskScan): Promise<void> {
    await this.ask('/scan', scan, spoken.scan_failed);
  }

  /** Calls the staff, or says that nobody is needed any more. */
  async help(wanted: boolean): Promise<void> {
    await this.ask(wanted ? '/help' : '/help/end', {}, spoken.failed);
  }

  private async ask(path: string, body: KioskPress | KioskScan | object, failed: Text): Promise<void> {
    this.problem = null;
    try {
      const response = await fetch(path, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'Idempotency-Key': newKey() },
        body: JSON.stringify(body),
        signal: AbortSignal.timeout(ANSWER_MS_MAX),
      });
      const answer: unknown = await response.json().catch(() => null);
      if (response.ok) {
        this.look(answer as KioskState | null);
      } else {
        this.problem = asRefused(answer)?.text ?? failed;
      }
    } catch {
      this.problem = failed;
    }
  }

  /** Pictures of the screen may be skipped on the way; the answer to a press is not. */
  private look(state: KioskState | null): void {
    if (state && state.screen.screen !== 'taken') {
      this.moved += 1;
    }
  }

  private connect(): void {
    const socket = new WebSocket(liveUrl());
    socket.onmessage = (message) => {
      this.tries = 0;
      this.state = JSON.parse(String(message.data)) as KioskState;
      this.look(this.state);
    };
    socket.onclose = () => {
      this.state = null;
      setTimeout(() => this.connect(), backoffMs(this.tries++, Math.random()));
    };
  }
}
