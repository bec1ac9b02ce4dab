import type { Text, WindowView } from '../../lib/wire.ts';
import { citizen, window_state_words } from '../../lib/words.ts';

/** What the screen above a window shows. */
export interface Face {
  tone: 'calling' | 'quiet' | 'alert';
  number: string | null;
  words: Text;
  hint?: Text;
}

/** The face of a window in its state. */
export function face(view: WindowView): Face {
  switch (view.state) {
    case 'calling':
      return { tone: 'calling', number: view.number, words: citizen.please_come };
    case 'serving':
      return { tone: 'quiet', number: view.number, words: citizen.being_served };
    case 'idle':
    case 'wrap_up':
      return { tone: 'quiet', number: null, words: citizen.window_ready };
    case 'paused':
      return { tone: 'quiet', number: null, words: citizen.window_paused, hint: citizen.window_paused_hint };
    case 'closed':
      return { tone: 'quiet', number: null, words: citizen.window_closed, hint: citizen.window_paused_hint };
    case 'emergency':
      return { tone: 'alert', number: null, words: window_state_words.paused, hint: citizen.window_emergency };
  }
}
