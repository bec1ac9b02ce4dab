import type { Text } from '../wire.ts';

/** Texts by name; one with a blank is a function of what fills it. */
export type Words = Record<string, Text | ((...blanks: never[]) => Text)>;
