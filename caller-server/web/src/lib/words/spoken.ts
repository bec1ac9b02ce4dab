import type { Text } from '../wire.ts';
import recorded from './spoken.json' with { type: 'json' };
import type { Words } from './words.ts';

/**
 * What the kiosk says aloud, and shows. The recorded voice is made from spoken.json: a sentence that is changed there is
 * recorded anew.
 */
export const spoken = {
  ...recorded,
  taken: (number: string) => filled(recorded.taken, '{number}', spelt(number)),
  ahead: (count: number) => (count > 1 ? filled(recorded.ahead, '{count}', String(count)) : count === 1 ? recorded.one_ahead : recorded.nobody_ahead),
} satisfies Words;

/** Letters and digits one by one, as numbers are called: "A 0 5 1". */
export function spelt(number: string): string {
  return Array.from(number).join(' ');
}

function filled(text: Text, place: string, by: string): Text {
  return { zh: text.zh.replace(place, by), en: text.en.replace(place, by) };
}
