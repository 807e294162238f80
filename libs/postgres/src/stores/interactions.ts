import type { Interaction, InteractionStore } from '@portico/sso';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { changed, first } from '../statement.js';

const open = {
  name: 'interactions.open',
  text: `INSERT INTO interactions (id, opened, prompt, answers, expires_at) VALUES ($1, $2, $3, $4, to_timestamp($5))`,
};
const isOpen = 'id = $1 AND expires_at > to_timestamp($2)';
const find = {
  name: 'interactions.find',
  text: `SELECT opened, prompt, answers, ${epoch('expires_at')} AS "expiresAt" FROM interactions WHERE ${isOpen}`,
};
const ask = { name: 'interactions.ask', text: 'UPDATE interactions SET prompt = $2 WHERE id = $1' };
const answer = {
  name: 'interactions.answer',
  text: `UPDATE interactions SET answers = answers || $3 WHERE ${isOpen} RETURNING 1`,
};
const close = { name: 'interactions.close', text: `DELETE FROM interactions WHERE ${isOpen} RETURNING 1` };

type Row = Pick<Interaction, 'prompt' | 'answers' | 'expiresAt'> & {
  readonly opened: Omit<Interaction, 'id' | 'prompt' | 'answers' | 'expiresAt'>;
};

export const interactionStore = ({ run }: Database): InteractionStore => ({
  open: async ({ id, prompt, answers, expiresAt, ...opened }) => {
    await run(open, [id, JSON.stringify(opened), JSON.stringify(prompt), JSON.stringify(answers), expiresAt]);
  },
  find: async (id, at) => {
    const row = await first<Row>(run, find, [id, at]);
    if (!row) return undefined;
    const { opened, ...rest } = row;
    return { id, ...opened, ...rest };
  },
  ask: async (id, prompt) => {
    await first(run, ask, [id, JSON.stringify(prompt)]);
  },
  answer: (id, answers, at) => changed(run, answer, [id, at, JSON.stringify(answers)]),
  close: (id, at) => changed(run, close, [id, at]),
});
