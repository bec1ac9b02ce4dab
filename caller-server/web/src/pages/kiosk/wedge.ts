/** No person types two characters in so short a time, again and again, ms. */
const GAP_MS_MAX = 60;
/** What is shorter was typed by hand. */
const CHARS_MIN = 6;
/** What is longer is no card and no code of the hall. */
const CHARS_MAX = 128;

/** What a key was for the page. */
export type Keystroke = { of: 'hand' } | { of: 'reader' } | { of: 'line'; text: string };

/**
 * Tells a reader that types like a keyboard from a person: its characters come in a burst that ends with Enter. What was
 * typed is forgotten at once.
 */
export class Wedge {
  private typed = '';
  private lastMs = Number.NEGATIVE_INFINITY;

  /** A key went down at a time, ms of a clock that never goes back. `key` as in KeyboardEvent. */
  key(key: string, atMs: number): Keystroke {
    const fast = atMs - this.lastMs <= GAP_MS_MAX;
    if (key === 'Shift') {
      return { of: 'reader' };
    }
    this.lastMs = atMs;
    if (!fast) {
      this.typed = '';
    }
    if (key === 'Enter' || key === 'Tab') {
      const text = this.typed;
      this.typed = '';
      return text.length >= CHARS_MIN ? { of: 'line', text } : { of: 'hand' };
    }
    if (Array.from(key).length !== 1) {
      this.typed = '';
      return { of: 'hand' };
    }
    if (this.typed.length < CHARS_MAX + 1) {
      this.typed += key;
    }
    // A character does nothing on this page, whoever typed it; a blank would press a button.
    return { of: this.typed.length > 1 || key !== ' ' ? 'reader' : 'hand' };
  }
}
