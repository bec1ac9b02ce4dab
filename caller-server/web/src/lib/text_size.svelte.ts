const KEPT_AS = 'yihao.text_size';

/** A size of the text: as it is, larger, largest. */
export type Step = 0 | 1 | 2;

/** How much larger each step is on a page that can be scrolled; the browser's own zoom goes on from there. */
export const ON_A_PHONE: readonly number[] = [1, 1.25, 1.5];
/** The same on a wall, where all must fit at once. */
export const ON_A_WALL: readonly number[] = [1, 1.15, 1.3];

let chosen = $state<Step>(kept());

/** How large this screen's readers want its text; kept in the browser. */
export const text_size = {
  get step(): Step {
    return chosen;
  },
  choose(wanted: Step): void {
    chosen = wanted;
    try {
      localStorage.setItem(KEPT_AS, String(wanted));
    } catch {
      // storage can be forbidden; the choice then lasts as long as the page
    }
  },
};

/** A screen on a wall has neither mouse nor keys: its address may say `text=2`. */
function kept(): Step {
  try {
    return step(new URLSearchParams(location.search).get('text') ?? localStorage.getItem(KEPT_AS));
  } catch {
    return 0;
  }
}

function step(text: string | null): Step {
  return text === '1' ? 1 : text === '2' ? 2 : 0;
}
