import type { ClerkView } from '../../lib/wire.ts';

/** What a clerk can do beside the next step. */
export type Act = 'recall' | 'no_show' | 'finish' | 'park' | 'transfer' | 'supplement' | 'pause' | 'emergency' | 'close';

/** The key of each act, as it is printed on the keyboard; closing the window has none, for safety. */
export const ACT_KEYS: Record<Exclude<Act, 'close'>, string> = {
  recall: 'R',
  no_show: 'N',
  finish: 'F',
  park: 'P',
  transfer: 'T',
  supplement: 'B',
  pause: 'Z',
  emergency: 'E',
};

/** The act of a key, whatever the case; `null` for any other. */
export function actOfKey(key: string): Act | null {
  const found = Object.entries(ACT_KEYS).find(([, of]) => of === key.toUpperCase());
  return found ? (found[0] as Act) : null;
}

/** Whether an act is possible now. The server decides; this spares a clerk the refusal. */
export function allowed(act: Act, view: Pick<ClerkView, 'mine' | 'window' | 'recalls_missing' | 'recall_at_ms'>, now_ms: number): boolean {
  const state = view.window.state;
  if (!view.mine || state === 'closed') {
    return false;
  }
  const free = state === 'idle' || state === 'wrap_up' || state === 'paused';
  const announced_long_ago = now_ms >= view.recall_at_ms;
  switch (act) {
    case 'recall':
      return state === 'calling' && announced_long_ago;
    case 'no_show':
      return state === 'calling' && announced_long_ago && view.recalls_missing === 0;
    case 'finish':
    case 'park':
    case 'transfer':
    case 'supplement':
      return state === 'serving';
    case 'pause':
    case 'close':
      return free;
    case 'emergency':
      return true;
  }
}
