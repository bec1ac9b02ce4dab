import type { Words } from './words.ts';

/** What only the kiosk shows; what it also says aloud stands in spoken.json. */
export const kiosk = {
  reader_hint: { zh: '也可刷身份证或扫码取号，重刷可补打', en: 'Or scan your ID card or code; again for a reprint' },
  reprint: { zh: '补打 · 您的号码', en: 'Reprint · your number' },
} satisfies Words;
