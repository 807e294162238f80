import type { PublishedRevocations, RevocationsPage } from '@portico/oidc';
import type { Database } from '../data-source.js';
import { first } from '../statement.js';

const revoking = `('tokenRevoked', 'authorizationRevoked', 'sessionEnded', 'subjectRevoked', 'clientRevoked')`;
/** So much a page holds, unless its first fact alone is larger: it takes the bus back. */
const mostBytes = 400_000;

/**
 * One statement, and so one moment: what waits to be published is not among those that are. As text: `jsonb_agg` takes time
 * with the square of what one fact holds.
 */
const after = {
  name: 'published_revocations.after',
  text: `WITH found AS (
      SELECT published_position, event, data FROM outbox
      WHERE published_position > $1 AND event IN ${revoking}
      ORDER BY published_position LIMIT $2
    ), measured AS (
      SELECT *, sum(octet_length(data::text)) OVER (ORDER BY published_position) AS total,
        row_number() OVER (ORDER BY published_position) AS number
      FROM found
    ), page AS (SELECT * FROM measured WHERE total <= ${mostBytes} OR number = 1)
    SELECT
      (SELECT coalesce(json_agg(json_build_object('event', event, 'data', data) ORDER BY published_position), '[]')
       FROM page) AS facts,
      (SELECT coalesce(max(published_position), $1)::text FROM page) AS position,
      (SELECT count(*) FROM page) = $2 OR (SELECT count(*) FROM page) < (SELECT count(*) FROM found) AS more,
      (SELECT min((data->>'at')::float8) FROM outbox WHERE published_at IS NULL AND event IN ${revoking}) AS waiting`,
};

interface Row extends Pick<RevocationsPage, 'facts' | 'position' | 'more'> {
  readonly waiting: number | null;
}

export const publishedRevocations = ({ run }: Database): PublishedRevocations => ({
  after: async (given, limit) => {
    const row = await first<Row>(run, after, [given, limit]);
    const { facts = [], position = given, more = false, waiting = null } = row ?? {};
    return { facts, position, more, ...(waiting === null ? {} : { waitingSince: waiting }) };
  },
});
