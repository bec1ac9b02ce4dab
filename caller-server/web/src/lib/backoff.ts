/** The first pause before a second try, ms. */
export const BACKOFF_MS_MIN = 250;
/** The longest pause between two tries, ms. */
export const BACKOFF_MS_MAX = 5_000;

/**
 * The pause before try number `tries` + 1, ms: doubles from 0.25 s to 5 s. `random` (0 to 1) spreads it over its upper half,
 * so that thirty screens do not come back in the same instant.
 */
export function backoffMs(tries: number, random: number): number {
  const full = Math.min(BACKOFF_MS_MAX, BACKOFF_MS_MIN * 2 ** Math.min(tries, 16));
  return Math.round(full * (0.5 + 0.5 * random));
}
