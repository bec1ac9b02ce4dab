import type { Words } from './words.ts';

/** What only the kiosk says. */
export const kiosk = {
  help: { zh: '求助', en: 'Call the staff' },
  help_told: { zh: '已向工作人员发出请求，请在此稍候', en: 'The staff has been asked to come. Please wait here' },
  help_unreached: { zh: '网络中断，无法通知工作人员，请到咨询台', en: 'Cut off: nobody could be told. Please go to the consulting desk' },
  help_end: { zh: '不需要了', en: 'No longer needed' },
  aloud: { zh: '朗读', en: 'Read aloud' },
  reader_hint: { zh: '也可刷身份证或扫码取号，重刷可补打', en: 'Or scan your ID card or code; again for a reprint' },
  card_read: { zh: '已读卡，请选择业务', en: 'Card read. Now choose' },
  scan_failed: { zh: '没有读清，请再刷一次', en: 'It was not read. Please try again' },
  reprint: { zh: '补打 · 您的号码', en: 'Reprint · your number' },
  spoken_ready: {
    zh: '请取号。按制表键选择，按回车键确认。需要帮助请选择求助。',
    en: 'Please take a number. Tab chooses, Enter presses. For help choose: call the staff.',
  },
  spoken_taken: (number: string) => ({ zh: `您的号码是 ${number}，请取走小票。`, en: `Your number is ${number}. Please take your slip.` }),
} satisfies Words;
