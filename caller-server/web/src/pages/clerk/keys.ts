/** After a step the space key rests for this long, ms: a hand that bounces must not take the step after it as well. */
export const SETTLE_MS = 350;

/** Keeps the space key from doing two steps at one press of a restless hand. */
export class Settling {
  private until_ms = 0;

  begin(now_ms: number): void {
    this.until_ms = now_ms + SETTLE_MS;
  }

  over(now_ms: number): boolean {
    return now_ms >= this.until_ms;
  }
}

/** Whether a key goes into a field, or belongs to the browser (Ctrl+R). */
export function isTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing) {
    return true;
  }
  const target = event.target;
  if (target instanceof HTMLInputElement) {
    return target.type !== 'radio' && target.type !== 'checkbox';
  }
  return target instanceof HTMLElement && (target.isContentEditable || /^(TEXTAREA|SELECT)$/.test(target.tagName));
}
