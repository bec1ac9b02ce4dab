import { ANSWER_MS_MAX, asRefused } from '../../lib/press.ts';
import type { SlipComplaint, SlipDraft, SlipInForce, SlipProblem, Text } from '../../lib/wire.ts';
import { common } from '../../lib/words.ts';

/** The widths of paper, dots, and what they are called. */
export const WIDTHS: { dots: number; text: Text }[] = [
  { dots: 576, text: { zh: '80 毫米纸', en: '80 mm paper' } },
  { dots: 384, text: { zh: '58 毫米纸', en: '58 mm paper' } },
];

/** How a slip would look, or what is wrong with its template. */
export type Preview = { picture: string } | { problems: SlipProblem[] } | { problem: Text };

/** The template in force, or why it can't be had. */
export async function inForce(): Promise<SlipInForce | { problem: Text }> {
  try {
    const response = await fetch('/api/slip', { signal: AbortSignal.timeout(ANSWER_MS_MAX) });
    const body: unknown = await response.json();
    return response.ok ? (body as SlipInForce) : { problem: asRefused(body)?.text ?? common.no_server };
  } catch {
    return { problem: common.no_server };
  }
}

/** A picture of a slip as a `data:` address, one pixel a dot. */
export async function preview(draft: SlipDraft): Promise<Preview> {
  try {
    const response = await fetch('/api/slip/preview', {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(draft),
      signal: AbortSignal.timeout(ANSWER_MS_MAX),
    });
    if (response.ok) return { picture: await dataAddress(await response.blob()) };
    const body = (await response.json()) as Partial<SlipComplaint>;
    return body.problems ? { problems: body.problems } : { problem: asRefused(body)?.text ?? common.no_server };
  } catch {
    return { problem: common.no_server };
  }
}

/** Where a line of a text begins and ends, in characters; lines count from 1. */
export function placeOfLine(text: string, line: number): [number, number] {
  const lines = text.split('\n');
  const at = Math.min(Math.max(line, 1), lines.length) - 1;
  const start = lines.slice(0, at).reduce((sum, before) => sum + before.length + 1, 0);
  return [start, start + (lines[at]?.length ?? 0)];
}

function dataAddress(picture: Blob): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(new Error('the picture can not be read'));
    reader.readAsDataURL(picture);
  });
}
