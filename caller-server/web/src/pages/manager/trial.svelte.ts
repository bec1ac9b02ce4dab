import type { Text, WhatIf, WhatIfState } from '../../lib/wire.ts';
import { begin, cancel, lookAt } from './asking.ts';

/** How often is looked how far it is, ms. */
const LOOK_MS = 250;

/** One what-if at a time: begun, looked at until something came out, or cancelled. */
export class Trial {
  state = $state.raw<WhatIfState | null>(null);
  problem = $state.raw<Text | null>(null);
  /** Asked, and no answer yet. */
  asking = $state(false);
  #turn = 0;

  get running(): boolean {
    return this.asking || (this.state?.running ?? false);
  }

  /** Begins another; the one before is forgotten. */
  async start(wish: WhatIf): Promise<void> {
    await this.cancel();
    const turn = ++this.#turn;
    this.asking = true;
    let answer = await begin(wish);
    this.asking = false;
    while (turn === this.#turn) {
      if ('problem' in answer) {
        this.problem = answer.problem;
        this.state = null;
        return;
      }
      this.state = answer.got;
      this.problem = answer.got.refused?.text ?? null;
      if (!answer.got.running) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
      if (turn === this.#turn) answer = await lookAt(answer.got.id);
    }
    if ('got' in answer) await cancel(answer.got.id);
  }

  /** Ends what is under way, and shows nothing any more. */
  async cancel(): Promise<void> {
    this.#turn += 1;
    const id = this.state?.running ? this.state.id : null;
    this.state = null;
    this.problem = null;
    if (id !== null) await cancel(id);
  }
}
