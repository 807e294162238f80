import type { AttemptStore } from '@portico/sso';
import { appendTo } from '../audit.js';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { first } from '../statement.js';

/** Hammering on does not move the end of the window, and the count stops one above the limit. */
const take = {
  name: 'attempts.take',
  text: `INSERT INTO attempts AS a (bucket, count, expires_at) VALUES ($1, 1, to_timestamp($2::float8 + $3))
    ON CONFLICT (bucket) DO UPDATE SET
      count = CASE WHEN a.expires_at > to_timestamp($2) THEN least(a.count, $4) + 1 ELSE 1 END,
      expires_at = CASE WHEN a.expires_at > to_timestamp($2) THEN a.expires_at ELSE excluded.expires_at END
    RETURNING CASE WHEN count > $4 THEN ${epoch('expires_at')} - $2 ELSE 0 END AS wait`,
};
const giveBack = {
  name: 'attempts.give-back',
  text: 'UPDATE attempts SET count = count - 1 WHERE bucket = $1 AND count > 0',
};
const forget = { name: 'attempts.forget', text: 'DELETE FROM attempts WHERE bucket = $1' };

export const attemptStore = ({ run }: Database): AttemptStore => ({
  take: async (bucket, { attempts, seconds }, at) => {
    const row = await first<{ wait: number }>(run, take, [bucket, at, seconds, attempts]);
    return row?.wait ?? 0;
  },
  giveBack: async (bucket) => {
    await run(giveBack, [bucket]);
  },
  forget: async (bucket) => {
    await run(forget, [bucket]);
  },
  failed: ({ authenticator, subject }, by) =>
    appendTo(
      run,
      { event: 'sign_in_failed', ...(subject === undefined ? {} : { subject }), detail: { authenticator } },
      by,
    ),
});
