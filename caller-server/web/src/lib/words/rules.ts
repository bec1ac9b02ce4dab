import type { IdlePick, Text, ZoneMode } from '../wire.ts';
import type { Words } from './words.ts';

/** What stands in the form of the rules, beside the scores. */
export const rules = {
  ratio: { zh: '轮流比例（R2）', en: 'Turns in a ratio (R2)' },
  ratio_hint: {
    zh: '同时有人等候的类别按此比例轮流，例如普通3、优先1：每四次叫号中一次优先。超过等候上限者不受此限。',
    en: 'Classes that wait at the same time take turns: with normal 3 and priority 1, one call in four is a priority one. Who waited past the cap waits for no turn.',
  },
  ratio_on: { zh: '按比例轮流', en: 'Take turns' },
  part: { zh: '份额', en: 'Part' },
  reserved: { zh: '预留窗口（R3）', en: 'Kept windows (R3)' },
  reserved_hint: {
    zh: '为某类别留出若干窗口；其他人等候超过释放时间后也可使用。0个表示不预留。',
    en: 'So many windows are kept for a class; others may take them once they have waited for the release time. 0 keeps none.',
  },
  windows: { zh: '窗口数', en: 'Windows' },
  release_after_s: { zh: '释放时间（秒）', en: 'Release after (s)' },
  zones: { zh: '分区（R4）', en: 'Zones (R4)' },
  zones_hint: {
    zh: '取号时引导到哪个厅；其他厅的空闲窗口何时可以叫这里的人。',
    en: 'Which hall people are sent to when they take a number, and when a free window of the other hall may call them.',
  },
  zone_mode: { zh: '引导方式', en: 'People are sent' },
  steal: { zh: '其他厅可叫', en: 'The other hall may call them' },
  steal_always: { zh: '随时（两厅一条队）', en: 'At any time (one line for all)' },
  steal_after: { zh: '等候一段时间后', en: 'After some wait' },
  steal_never: { zh: '从不', en: 'Never' },
  steal_after_s: { zh: '等候多久后（秒）', en: 'After a wait of (s)' },
  pick: { zh: '选空闲窗口（R5）', en: 'Which free window (R5)' },
  pick_hint: {
    zh: '自动叫号时，多个窗口空闲，由哪个接。办结时间相等与接件数相等不能兼得。',
    en: 'With auto-call, when several windows are free. Equal working time and equal counts can’t be had together.',
  },
  switches: { zh: '自动切换（R6）', en: 'Switches (R6)' },
  switches_hint: {
    zh: '某种情况出现时，部分规则自动改变，情况过去后恢复。',
    en: 'While something is so, some rules are others; afterwards they are as before.',
  },
  switch_add: { zh: '增加一条', en: 'Add a switch' },
  switch_remove: { zh: '删去', en: 'Remove' },
  switch_name: { zh: '名称', en: 'Name' },
  when: { zh: '当', en: 'When' },
  when_clock: { zh: '在一天的某段时间', en: 'it is a time of day' },
  when_waiting: { zh: '等候人数多于', en: 'more people wait than' },
  when_oldest_wait: { zh: '最长等候超过（秒）', en: 'somebody waits longer than (s)' },
  when_open_windows: { zh: '开放窗口少于', en: 'fewer windows are open than' },
  on_at: { zh: '开启界限', en: 'On at' },
  off_at: { zh: '关闭界限', en: 'Off at' },
  from: { zh: '从', en: 'From' },
  until: { zh: '到', en: 'Until' },
  dwell_s: { zh: '至少保持（秒）', en: 'Stays at least (s)' },
  then: { zh: '则', en: 'Then' },
  then_pick: { zh: '选空闲窗口', en: 'the free window is' },
  then_class: { zh: '改变类别', en: 'the class' },
  then_offset: { zh: '起始加分改为（秒）', en: 'has a head start of (s)' },
  unchanged: { zh: '不变', en: 'unchanged' },
  switch_keeps: { zh: '此条还改变表中未列出的规则，将保持原样。', en: 'This switch also changes rules that are not shown here; they stay as they are.' },
  auto_call: { zh: '自动叫号（R8）', en: 'Auto-call (R8)' },
  auto_call_hint: {
    zh: '所选窗口办结并整理后，自动叫下一号，不必按键；受理员随时可以申请暂停。',
    en: 'These windows are given the next number by themselves after a visit and the time to tidy up; a clerk may ask for a pause at any time.',
  },
  auto_all: { zh: '全选', en: 'All' },
  auto_none: { zh: '全不选', en: 'None' },
  presets: { zh: '常用规则', en: 'Ready-made rules' },
  presets_hint: {
    zh: '载入表单，生效前可以修改；过号规则和自动叫号窗口保持不变。',
    en: 'Fills the form; nothing is in force before you say so. No-show rules and auto-call windows stay as they are.',
  },
  history: { zh: '规则的变更', en: 'How the rules changed' },
  history_none: { zh: '规则从未改动，现用默认规则。', en: 'The rules were never changed; the default ones are in force.' },
  history_now: { zh: '现用', en: 'In force' },
  history_take_back: { zh: '恢复到这一版', en: 'Return to these' },
  history_former: { zh: '恢复上一版', en: 'Return to the former rules' },
  history_reason: (when: string) => ({ zh: `恢复${when}的规则`, en: `Return to the rules of ${when}` }),
  history_default_reason: { zh: '恢复默认规则', en: 'Return to the default rules' },
  history_default: { zh: '默认规则', en: 'The default rules' },
  history_sure: { zh: '让这些规则立即生效？', en: 'Put these rules in force now?' },
  server: { zh: '系统', en: 'the server' },
  preview: { zh: '先推演', en: 'Preview on a past day' },
  preview_hint: {
    zh: '用过去一天的取号和办理时间，比较现用规则与表中规则，不影响大厅。',
    en: 'Replays a past day under the rules in force then and under those in the form. The hall is not touched.',
  },
  part_range: (high: number) => ({ zh: `1 到 ${high} 之间的整数`, en: `A whole number from 1 to ${high}` }),
  name_needed: { zh: '每条须有不同的名称，最多40字', en: 'A name of its own, at most 40 characters' },
  hysteresis: { zh: '关闭界限应在开启界限的另一侧', en: 'Off must lie on the other side of on' },
  changes_nothing: { zh: '请写明要改变什么', en: 'Say what it changes' },
} satisfies Words;

/** R4 in plain words. */
export const zone_mode_words: Record<Exclude<ZoneMode, 'given'>, Text> = {
  lew: { zh: '预计等候最短的厅', en: 'where the wait will be shortest' },
  jsq: { zh: '等候人数最少的厅', en: 'where the fewest wait' },
  round_robin: { zh: '轮流', en: 'to each hall in turn' },
  shared: { zh: '不分厅', en: 'to no hall: one line' },
};

/** R5 in plain words. */
export const pick_words: Record<IdlePick, Text> = {
  longest_idle: { zh: '空闲最久的窗口', en: 'the one free for the longest time' },
  fewest_accepted: { zh: '接件最少的窗口（均衡接件）', en: 'the one with the fewest visits (equal cases)' },
  least_busy: { zh: '办理时间最少的窗口（均衡工时）', en: 'the one that worked least (equal work)' },
  lowest_number: { zh: '号码最小的窗口', en: 'the one with the lowest number' },
};
