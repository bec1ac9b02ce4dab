import type { Language, Text } from './wire.ts';

const KEPT_AS = 'yihao.language';

let chosen = $state<Language>(kept());

/** The language that this screen's reader chose; kept in the browser. */
export const language = {
  get chosen(): Language {
    return chosen;
  },
  choose(wanted: Language, keep = true): void {
    chosen = wanted;
    mark(wanted);
    if (keep) {
      keepChoice(wanted);
    }
  },
};

/** The text in the chosen language. */
export function say(text: Text): string {
  return text[chosen];
}

/** The BCP 47 tag of a language. */
export function tag(of: Language): string {
  return of === 'zh' ? 'zh-CN' : 'en';
}

/** Tells the browser (and screen readers) which language the page speaks now. */
export function mark(of: Language = chosen): void {
  document.documentElement.lang = tag(of);
}

function kept(): Language {
  try {
    return localStorage.getItem(KEPT_AS) === 'en' ? 'en' : 'zh';
  } catch {
    return 'zh'; // storage can be forbidden; the choice then lasts as long as the page
  }
}

function keepChoice(wanted: Language): void {
  try {
    localStorage.setItem(KEPT_AS, wanted);
  } catch {
    // as above
  }
}
