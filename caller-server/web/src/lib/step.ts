import type { ClerkView } from './wire.ts';

/** What the space key does next; `none` = nothing can be done until something changes. */
export type Step = 'open' | 'call_next' | 'start' | 'finish_and_call' | 'finish' | 'resume' | 'none';

/** The one step that a clerk most likely wants now. */
export function nextStep(view: Pick<ClerkView, 'mine' | 'window' | 'waiting_total' | 'clerk'>): Step {
  if (!view.mine) {
    return view.clerk === null ? 'open' : 'none'; // a window is taken from a colleague by the mouse alone
  }
  const someone = view.waiting_total > 0;
  switch (view.window.state) {
    case 'closed':
      return 'open';
    case 'idle':
      return someone ? 'call_next' : 'none';
    case 'calling':
      return 'start';
    case 'serving':
      return someone ? 'finish_and_call' : 'finish';
    case 'wrap_up':
      return someone ? 'call_next' : 'resume';
    case 'paused':
      return 'resume';
    case 'emergency':
      return 'none'; // an emergency is ended on purpose, not by the key that is pressed all day
  }
}
