import type { Moment } from './moments.ts';

/** A beat of a ring: from when, for how long, s. */
type Beat = readonly [at_s: number, for_s: number];

/** Two strokes for "soon"; three times three for the call, so that it is not taken for a message. */
const BEATS: Record<Moment, readonly Beat[]> = {
  near: [[0, 0.18], [0.3, 0.18]],
  called: [0, 1, 2].flatMap((round) => [0, 0.22, 0.44].map((at_s): Beat => [round * 1.1 + at_s, 0.16])),
};
/** Vibration and pauses in turn, ms. */
const SHAKES: Record<Moment, number[]> = {
  near: [200, 150, 200],
  called: [400, 200, 400, 200, 800],
};
/** Old ears hear this, and small loudspeakers make it loud. */
const TONE_HZ: Record<Moment, number> = { near: 880, called: 1_320 };
const LOUDNESS = 0.5;
/** Between silence and tone, s: without it each beat clicks. */
const EDGE_S = 0.015;

/** Rings and shakes the telephone. */
export class Ring {
  /** Whether it will ring. Browsers allow sound only after a touch, so every page begins silent. */
  on = $state(false);
  /** Whether this browser can shake. */
  readonly shakes = typeof navigator.vibrate === 'function';
  private context: AudioContext | null = null;
  private lock: WakeLockSentinel | null = null;

  /** The holder pressed the switch: a short sound says that it works. */
  async turn(): Promise<void> {
    if (this.on) {
      this.on = false;
      return this.keepAwake(false);
    }
    this.context ??= new AudioContext();
    await this.context.resume();
    this.on = true;
    this.tell('near');
    await this.keepAwake(true);
  }

  /** The page is looked at again: browsers let the screen sleep and stop sounds of one that is not. */
  async comeBack(): Promise<void> {
    if (!this.on) return;
    await this.context?.resume().catch(() => undefined);
    await this.keepAwake(true);
  }

  /** Tells the holder, as far as the telephone can. */
  tell(moment: Moment): void {
    navigator.vibrate?.(SHAKES[moment]);
    if (this.on && this.context) sound(this.context, moment);
  }

  /** A telephone that sleeps runs no page; this is allowed under https only, and never necessary. */
  private async keepAwake(wanted: boolean): Promise<void> {
    try {
      if (wanted) this.lock = (await navigator.wakeLock?.request('screen')) ?? null;
      else await this.lock?.release();
    } catch {
      // the words beside the switch ask the holder to keep the screen on
    }
  }
}

/** One tone, switched on and off. */
function sound(context: AudioContext, moment: Moment): void {
  const [tone, gate] = [context.createOscillator(), context.createGain()];
  const now_s = context.currentTime;
  tone.frequency.value = TONE_HZ[moment];
  gate.gain.value = 0;
  let end_s = now_s;
  for (const [at_s, for_s] of BEATS[moment]) {
    const from_s = now_s + at_s;
    end_s = from_s + for_s;
    gate.gain.setValueAtTime(0, from_s);
    gate.gain.linearRampToValueAtTime(LOUDNESS, from_s + EDGE_S);
    gate.gain.setValueAtTime(LOUDNESS, end_s - EDGE_S);
    gate.gain.linearRampToValueAtTime(0, end_s);
  }
  tone.connect(gate).connect(context.destination);
  tone.start(now_s);
  tone.stop(end_s);
}
