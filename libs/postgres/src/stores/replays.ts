import type { ReplayStore } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { changed } from '../statement.js';

/** Of any number of callers one inserts the row; the others wait for it and find it there. */
const once = {
  name: 'replays.once',
  text: 'INSERT INTO replays (key, expires_at) VALUES ($1, to_timestamp($2)) ON CONFLICT DO NOTHING RETURNING 1',
};

export const replayStore = ({ run }: Database): ReplayStore => ({
  once: (key, expiresAt) => changed(run, once, [key, expiresAt]),
});
