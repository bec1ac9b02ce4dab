import type { Language, Text } from './wire.ts';

/** What speaks, when it can: clips of the hall's voice, a browser's speech synthesis, or a test's list. */
export interface Voice {
  /** Says a sentence, until it is said or stopped. `false` = it can't: there is no voice for it. */
  say(sentence: string, language: Language): Promise<boolean>;
  stop(): void;
}

/**
 * Speaks for people who don't see the screen: each sentence with the first voice that has it, and in silence where there is
 * none: what is spoken here must never be all that is said.
 */
export class Speaker {
  private readonly voices: Voice[];
  private last = '';
  /** Grows with whatever begins or stops: what was being said gives way. */
  private turn = 0;
  /** Whether anybody wants to hear anything. */
  on = false;

  constructor(voices: Voice[] = [ofHall(), ofBrowser()]) {
    this.voices = voices;
  }

  /** Says sentences one after another, once: the same again only after others, or with `again`. */
  async speak(texts: Text[], language: Language, again = false): Promise<void> {
    const sentences = texts.map((text) => text[language].trim()).filter(Boolean);
    const all = sentences.join('\n');
    if (!this.on || !all || (all === this.last && !again)) {
      return;
    }
    this.last = all;
    const turn = this.stop();
    for (const sentence of sentences) {
      await this.say(sentence, language, turn);
    }
  }

  /** Nobody listens any more. */
  hush(): void {
    this.last = '';
    this.on = false;
    this.stop();
  }

  private async say(sentence: string, language: Language, turn: number): Promise<void> {
    for (const voice of this.voices) {
      if (turn !== this.turn || (await voice.say(sentence, language))) {
        return;
      }
    }
  }

  private stop(): number {
    this.turn += 1;
    for (const voice of this.voices) {
      voice.stop();
    }
    return this.turn;
  }
}

/** Where the clip of a sentence is: under the beginning of its SHA-256, as `voice-pack` names it. */
export async function clipOf(sentence: string, language: Language): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(sentence));
  const hex = Array.from(new Uint8Array(digest).subarray(0, 8), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return `/voice/${language}/${hex}`;
}

/** The recorded voice of the hall, as far as the dispenser has it. */
function ofHall(): Voice {
  let stop = () => {};
  return {
    say(sentence, language) {
      return new Promise((ended) => {
        let stopped = false;
        stop = () => {
          stopped = true;
          ended(true);
        };
        void clipOf(sentence, language).then((clip) => {
          if (stopped) return;
          const audio = new Audio(clip);
          stop = () => {
            ended(true);
            audio.pause();
          };
          audio.onended = () => ended(true);
          audio.onerror = () => ended(false);
          audio.play().catch(() => ended(false));
        });
      });
    },
    stop: () => stop(),
  };
}

/** The voices of the operating system. */
function ofBrowser(): Voice {
  const synthesis = globalThis.speechSynthesis;
  return {
    say(sentence, language) {
      if (!synthesis || synthesis.getVoices().length === 0) {
        return Promise.resolve(false);
      }
      return new Promise((ended) => {
        const utterance = new SpeechSynthesisUtterance(sentence);
        utterance.lang = language === 'zh' ? 'zh-CN' : 'en-GB';
        utterance.onend = () => ended(true);
        utterance.onerror = () => ended(true);
        synthesis.speak(utterance);
      });
    },
    stop: () => synthesis?.cancel(),
  };
}
