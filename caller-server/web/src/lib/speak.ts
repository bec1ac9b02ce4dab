import type { Language, Text } from './wire.ts';

/** What speaks, when it can: a browser's speech synthesis, or a test's list. */
export interface Voice {
  /** Says this in place of whatever is being said. `false` = it can't: there is no voice. */
  say(text: string, tag: string): boolean;
  stop(): void;
}

/**
 * Speaks for people who don't see the screen. For now with the voices of the operating system, and in silence where there
 * are none: what is spoken here must never be all that is said.
 */
export class Speaker {
  private readonly voice: Voice;
  private last = '';
  /** Whether anybody wants to hear anything. */
  on = false;

  constructor(voice: Voice = ofBrowser()) {
    this.voice = voice;
  }

  /** Says a text once: the same again only after another, or with `again`. */
  speak(text: Text, language: Language, again = false): boolean {
    const words = text[language].trim();
    if (!this.on || !words || (words === this.last && !again)) {
      return false;
    }
    this.last = words;
    return this.voice.say(words, language === 'zh' ? 'zh-CN' : 'en-GB');
  }

  /** Nobody listens any more. */
  hush(): void {
    this.last = '';
    this.on = false;
    this.voice.stop();
  }
}

/** Letters and digits one by one, as numbers are called: "A 0 5 1". */
export function spelt(number: string): string {
  return Array.from(number).join(' ');
}

function ofBrowser(): Voice {
  const synthesis = globalThis.speechSynthesis;
  return {
    say(text, tag) {
      if (!synthesis || synthesis.getVoices().length === 0) {
        return false;
      }
      synthesis.cancel();
      const utterance = new SpeechSynthesisUtterance(text);
      utterance.lang = tag;
      synthesis.speak(utterance);
      return true;
    },
    stop: () => synthesis?.cancel(),
  };
}
