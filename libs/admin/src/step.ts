import { isDeepStrictEqual } from 'node:util';
import type { Change } from './ports.js';

/** What there is now, and what it becomes. */
export interface Step<Thing> {
  readonly before: Thing | undefined;
  readonly after: Thing;
}

/** All of it is JSON: a stored value and a declared one compare by what they say. */
export const same = (one: unknown, other: unknown): boolean =>
  isDeepStrictEqual(JSON.parse(JSON.stringify(one)), JSON.parse(JSON.stringify(other)));

/** What a step does to its thing. */
export const changeOf = <Thing>({ before, after }: Step<Thing>): Change['change'] => {
  if (before === undefined) return 'created';
  return same(before, after) ? 'unchanged' : 'updated';
};

/** What is to be saved. */
export const changed = <Thing>(steps: readonly Step<Thing>[]): Thing[] =>
  steps.filter((step) => changeOf(step) !== 'unchanged').map(({ after }) => after);
