/** How often the title changes while calling, ms. */
const FLASH_MS = 900;

/** Shakes the telephone and flashes the title until the returned function is called. */
export function attract(title: string): () => void {
  const before = document.title;
  navigator.vibrate?.([400, 200, 400, 200, 800]); // not every browser can; the words on the page are the message
  let on = true;
  document.title = title;
  const flashing = setInterval(() => {
    on = !on;
    document.title = on ? title : before;
  }, FLASH_MS);
  return () => {
    clearInterval(flashing);
    document.title = before;
  };
}
