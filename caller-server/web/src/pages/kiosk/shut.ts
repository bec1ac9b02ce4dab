/** Keys that do something on the page itself. */
const ALLOWED = new Set(['Tab', 'Enter', ' ', 'ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight', 'Shift', 'Escape']);
const EVENTS = ['contextmenu', 'dragstart', 'drop', 'dragover', 'selectstart', 'auxclick', 'gesturestart', 'copy', 'cut', 'paste'];

/** Whether a key would leave the page, or do something to the browser. Characters do nothing and may pass. */
export function leads_away(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'altKey' | 'metaKey'>): boolean {
  const is_character = Array.from(event.key).length === 1;
  return event.ctrlKey || event.altKey || event.metaKey || !(is_character || ALLOWED.has(event.key));
}

/**
 * Closes every way out that a page can close: menus, dragging, selecting, zooming, going back, keys of the browser. What only
 * the browser can close (its own address line, a second window, the system's keys) is for its flags: docs/KIOSK.md.
 */
export function shut(of: Window): void {
  const stop = (event: Event) => event.preventDefault();
  for (const name of EVENTS) {
    of.addEventListener(name, stop, { capture: true });
  }
  of.addEventListener('wheel', (event) => event.ctrlKey && event.preventDefault(), { capture: true, passive: false });
  of.addEventListener('touchmove', (event) => event.touches.length > 1 && event.preventDefault(), { capture: true, passive: false });
  of.addEventListener('keydown', (event) => leads_away(event) && event.preventDefault(), { capture: true });
  const stay = () => of.history.pushState(null, '', of.location.href);
  of.addEventListener('popstate', stay);
  stay();
}
