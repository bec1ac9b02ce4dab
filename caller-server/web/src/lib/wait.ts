import type { Text, WaitRange } from './wire.ts';

/** From here on a wait is told in hours: nobody reckons with 196 minutes. */
const LONG_MIN = 120;

/** A wait as people are told it: a range, never a single minute. `null` = no window is open, so nobody can say. */
export function waitText(wait: WaitRange | null): Text {
  if (!wait) {
    return { zh: '暂无法预计', en: 'not known yet' };
  }
  if (wait.high_min === 0) {
    return { zh: '无需等候', en: 'no wait' };
  }
  if (wait.low_min >= LONG_MIN) {
    const hours = Math.floor(wait.low_min / 60);
    return { zh: `${hours}小时以上`, en: `over ${hours} hours` };
  }
  if (wait.low_min === wait.high_min) {
    return { zh: `约${wait.high_min}分钟`, en: `about ${wait.high_min} min` };
  }
  if (wait.low_min === 0) {
    return { zh: `${wait.high_min}分钟以内`, en: `up to ${wait.high_min} min` };
  }
  return { zh: `约${wait.low_min}至${wait.high_min}分钟`, en: `${wait.low_min} to ${wait.high_min} min` };
}

/** The same for narrow places: `8–14`, without the unit. */
export function waitFigures(wait: WaitRange | null): string {
  if (!wait) {
    return '—';
  }
  if (wait.low_min >= LONG_MIN) {
    return `>${LONG_MIN}`;
  }
  return wait.low_min === wait.high_min ? `${wait.high_min}` : `${wait.low_min}–${wait.high_min}`;
}
