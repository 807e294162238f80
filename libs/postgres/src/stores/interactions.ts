import { namedPartition } from '@portico/endpoint';
import type { Interaction, InteractionStore } from '@portico/sso';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { changed, first } from '../statement.js';

const open = {
  name: 'interactions.open',
  text: `INSERT INTO interactions (partition, id, opened, prompt, answers, expires_at)
    VALUES ($1, $2, $3, $4, $5, to_timestamp($6))`,
};
const isIt = 'partition = $1 AND id = $2';
const isOpen = `${isIt} AND expires_at > to_timestamp($3)`;
const find = {
  name: 'interactions.find',
  text: `SELECT opened, prompt, answers, ${epoch('expires_at')} AS "expiresAt" FROM interactions WHERE ${isOpen}`,
};
const ask = { name: 'interactions.ask', text: `UPDATE interactions SET prompt = $3 WHERE ${isIt}` };
const answer = {
  name: 'interactions.answer',
  text: `UPDATE interactions SET answers = answers || $4 WHERE ${isOpen} RETURNING 1`,
};
const close = { name: 'interactions.close', text: `DELETE FROM interactions WHERE ${isOpen} RETURNING 1` };

type Row = Pick<Interaction, 'prompt' | 'answers' | 'expiresAt'> & {
  readonly opened: Omit<Interaction, 'id' | 'prompt' | 'answers' | 'expiresAt'>;
};

const placeOf = (id: string): [number, string] => [namedPartition(id), id];

export const interactionStore = ({ run }: Database): InteractionStore => ({
  open: async ({ id, prompt, answers, expiresAt, ...opened }) => {
    await run(open, [
      ...placeOf(id),
      JSON.stringify(opened),
      JSON.stringify(prompt),
      JSON.stringify(answers),
      expiresAt,
    ]);
  },
  find: async (id, at) => {
    const row = await first<Row>(run, find, [...placeOf(id), at]);
    if (!row) return undefined;
    const { opened, ...rest } = row;
    return { id, ...opened, ...rest };
  },
  ask: async (id, prompt) => {
    await first(run, ask, [...placeOf(id), JSON.stringify(prompt)]);
  },
  answer: (id, answers, at) => changed(run, answer, [...placeOf(id), at, JSON.stringify(answers)]),
  close: (id, at) => changed(run, close, [...placeOf(id), at]),
});
