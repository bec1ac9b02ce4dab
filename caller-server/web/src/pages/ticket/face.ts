import { clockText } from '../../lib/time.ts';
import type { Text, TicketView } from '../../lib/wire.ts';
import { citizen } from '../../lib/words.ts';
import { NEAR_AHEAD } from './moments.ts';

/** What the citizen's page says in large letters. */
export interface Face {
  tone: 'wait' | 'call' | 'aside' | 'over';
  words: Text;
  hint: Text | null;
}

/** The face of a visit. */
export function face(view: TicketView): Face {
  switch (view.stage) {
    case 'issued':
      return { tone: 'aside', words: citizen.not_here_yet, hint: null };
    case 'waiting':
      return waiting(view.ahead);
    case 'called':
      return { tone: 'call', words: citizen.go_to_window(view.window ?? 0), hint: null };
    case 'serving':
      return { tone: 'wait', words: citizen.at_window(view.window ?? 0), hint: null };
    case 'parked':
      return { tone: 'aside', words: citizen.parked, hint: citizen.stay_near };
    case 'supplement':
      return { tone: 'aside', words: citizen.supplement, hint: citizen.supplement_hint };
    case 'no_show':
      return { tone: 'aside', words: citizen.missed, hint: citizen.missed_hint(clockText(view.grace_until_ms)) };
    case 'finished':
      return { tone: 'over', words: citizen.finished, hint: null };
    case 'cancelled':
      return { tone: 'over', words: citizen.cancelled, hint: null };
    case 'left':
      return { tone: 'over', words: citizen.left, hint: null };
    case 'expired':
      return { tone: 'over', words: citizen.expired, hint: null };
  }
}

function waiting(ahead: number | null): Face {
  const near = ahead !== null && ahead <= NEAR_AHEAD;
  return { tone: 'wait', words: ahead === 0 ? citizen.your_turn_next : citizen.waiting, hint: near ? citizen.come_near : citizen.stay_near };
}
