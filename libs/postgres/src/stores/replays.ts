import { dayOf } from '@portico/endpoint';
import type { ReplayStore } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { changed } from '../statement.js';

/**
 * Of any number of callers one inserts the row; the others wait for it and find it there. Its part follows from the time
 * alone, so that whoever says the same key later looks there too.
 */
const once = {
  name: 'replays.once',
  text: `INSERT INTO replays AS r (partition, key, expires_at, said_by) VALUES ($1, $2, to_timestamp($3), $4)
    ON CONFLICT (key, partition) DO UPDATE SET said_by = r.said_by WHERE r.said_by = $4 RETURNING 1`,
};

export const replayStore = ({ run }: Database): ReplayStore => ({
  once: (key, expiresAt, by) => changed(run, once, [dayOf(expiresAt), key, expiresAt, by]),
});
