import type { Class, Stage, Text, WindowState } from '../wire.ts';
import type { Words } from './words.ts';

/** What several screens say. */
export const common = {
  hall_system: { zh: '一号 · 叫号系统', en: 'Yihao · calling system' },
  language: { zh: '语言', en: 'Language' },
  text_size: { zh: '文字大小', en: 'Text size' },
  window_n: (window: number) => ({ zh: `${window}号窗口`, en: `Window ${window}` }),
  window_here: (window: number) => ({ zh: '号窗口', en: `Window ${window}` }),
  no_window: (window: number) => ({ zh: `没有${window}号窗口`, en: `There is no window ${window}` }),
  waiting_n: (count: number) => ({ zh: `${count}人等候`, en: `${count} waiting` }),
  wait: { zh: '预计等候', en: 'Expected wait' },
  people_waiting: { zh: '人等候', en: 'waiting' },
  minutes: { zh: '分钟', en: 'min' },
  offline: { zh: '连接中断', en: 'Offline' },
  last_update: (time: string) => ({ zh: `最后更新 ${time}`, en: `last update ${time}` }),
  connecting: { zh: '正在连接…', en: 'Connecting…' },
  live: { zh: '已连接', en: 'Connected' },
  wrong_version: {
    zh: '此页面与服务器版本不一致，请刷新页面。',
    en: 'This page and the server are of different versions. Load the page anew.',
  },
  reload: { zh: '刷新页面', en: 'Load anew' },
  confirm: { zh: '确定', en: 'Confirm' },
  back: { zh: '返回', en: 'Back' },
  close: { zh: '关闭', en: 'Close' },
  sending: { zh: '正在发送…', en: 'Sending…' },
  resending: { zh: '网络不畅，正在重试…', en: 'The network is slow, trying again…' },
  sign_in: { zh: '登录', en: 'Sign in' },
  sign_out: { zh: '退出登录', en: 'Sign out' },
  account: { zh: '账号', en: 'Account' },
  password: { zh: '密码', en: 'Password' },
  no_server: { zh: '连接不到服务器，请稍后再试。', en: 'The server can’t be reached. Try again in a moment.' },
  nothing: { zh: '无', en: 'None' },
  unprinted: { zh: '未打印的号票', en: 'Slips not printed' },
  unprinted_at: (device: string) => ({ zh: `${device} 未打印成功`, en: `not printed at ${device}` }),
  reprint_at: (device: string) => ({ zh: `在 ${device} 补打`, en: `Print again at ${device}` }),
  reprint_where: (number: string) => ({ zh: `${number} 在哪台取号机补打`, en: `Where to print ${number} again` }),
  reprinting: (device: string) => ({ zh: `已通知 ${device} 补打`, en: `${device} was told to print it again` }),
  reprint_failed: (device: string) => ({ zh: `${device} 也未能补打`, en: `${device} could not print it either` }),
  no_printer: { zh: '暂无可用的打印机', en: 'No printer is ready' },
} satisfies Words;

/** How large the text is, by step. */
export const text_size_words: readonly [Text, Text, Text] = [
  { zh: '标准字', en: 'Normal text' },
  { zh: '大字', en: 'Large text' },
  { zh: '特大字', en: 'Largest text' },
];

/** The classes, as staff and citizens know them. */
export const class_words: Record<Class, Text> = {
  normal: { zh: '普通', en: 'Normal' },
  returning: { zh: '返回', en: 'Returning' },
  priority: { zh: '优先', en: 'Priority' },
  appointment: { zh: '预约', en: 'Appointment' },
};

/** What goes on at a window. */
export const window_state_words: Record<WindowState, Text> = {
  closed: { zh: '未开放', en: 'Closed' },
  idle: { zh: '空闲', en: 'Ready' },
  calling: { zh: '叫号中', en: 'Calling' },
  serving: { zh: '办理中', en: 'Serving' },
  wrap_up: { zh: '整理中', en: 'Tidying up' },
  paused: { zh: '暂停服务', en: 'Paused' },
  emergency: { zh: '紧急情况', en: 'Emergency' },
};

/** Where a visit is. */
export const stage_words: Record<Stage, Text> = {
  issued: { zh: '未签到', en: 'Not checked in' },
  waiting: { zh: '等候中', en: 'Waiting' },
  called: { zh: '已叫号', en: 'Called' },
  serving: { zh: '办理中', en: 'Being served' },
  parked: { zh: '挂起', en: 'Parked' },
  supplement: { zh: '补正中', en: 'Fetching a paper' },
  no_show: { zh: '过号', en: 'Did not come' },
  finished: { zh: '已办结', en: 'Finished' },
  cancelled: { zh: '已取消', en: 'Cancelled' },
  left: { zh: '已离开', en: 'Left' },
  expired: { zh: '已过期', en: 'Expired' },
};
