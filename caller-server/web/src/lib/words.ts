/**
 * Every text that a person reads on a screen, in Chinese and in English. A text that lacks a language does not compile: each
 * part is held against {@link Words}.
 */
export { class_words, common, stage_words, text_size_words, window_state_words } from './words/common.ts';
export { citizen } from './words/citizen.ts';
export { enrol, plain_names } from './words/enrol.ts';
export { kiosk } from './words/kiosk.ts';
export { spelt, spoken } from './words/spoken.ts';
export { clerk, missing_papers, park_reasons, pause_reasons, speech_words } from './words/clerk.ts';
export { manager, role_words, sample_words } from './words/manager.ts';
export { pick_words, rules, zone_mode_words } from './words/rules.ts';
export { whatif } from './words/whatif.ts';
export type { Words } from './words/words.ts';
