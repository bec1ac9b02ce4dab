/** How often the title changes while calling, ms. */
const FLASH_MS = 900;

/** Changes the title to and fro until the returned function is called. */
export function attract(title: string): () => void {
  const before = document.title;
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
