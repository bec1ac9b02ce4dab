import type { Text } from '../wire.ts';

/** How long a toast stays, ms: long enough to read two lines aloud. */
const TOAST_MS = 7_000;
/** The most at once; the oldest gives way. */
const TOASTS_MAX = 3;

/** A short message. */
export interface Toast {
  id: number;
  text: Text;
  bad: boolean;
}

let shown = $state.raw<Toast[]>([]);
let last_id = 0;

/** The messages on this page. */
export const toasts = {
  get shown(): Toast[] {
    return shown;
  },
  /** Says something; the same text is not said twice at once. */
  say(text: Text, bad = false): void {
    const id = ++last_id;
    shown = [...shown.filter((toast) => toast.text.en !== text.en), { id, text, bad }].slice(-TOASTS_MAX);
    setTimeout(() => toasts.drop(id), TOAST_MS);
  },
  drop(id: number): void {
    shown = shown.filter((toast) => toast.id !== id);
  },
};
