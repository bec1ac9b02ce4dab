import type { Text, WaitRange } from './wire.ts';

/** A wait as people are told it: a range, never a single minute. `null` = no window is open, so nobody can say. */
export function waitText(wait: WaitRange | null): Text {
  if (!wait) {
    return { zh: '暂无法预计', en: 'not known yet' };
  }
  if (wait.high_min === 0) {
    return { zh: '无需等候', en: 'no wait' };
  }
  if (wait.low_min === wait.high_min) {
    return { zh: `约${wait.high_min}分钟`, en: `about ${wait.high_min} min` };
  }
  return { zh: `${wait.low_min}–${wait.high_min}分钟`, en: `${wait.low_min}–${wait.high_min} min` };
}

/** The same for narrow places: `8–14`, without the unit. */
export function waitFigures(wait: WaitRange | null): string {
  if (!wait) {
    return '—';
  }
  return wait.low_min === wait.high_min ? `${wait.high_min}` : `${wait.low_min}–${wait.high_min}`;
}
