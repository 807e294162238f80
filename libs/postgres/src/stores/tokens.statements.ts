import { unbounded, type Partition } from '@portico/endpoint';
import { auditColumns, caller } from '../audit.js';
import { epoch } from '../epoch.js';
import { partName } from '../partitions.js';
import type { Statement } from '../statement.js';
import type { Finding } from './found-together.js';

const columns = 'partition, hash, kind, id, authorization_partition, authorization_id, issued_at, expires_at, detail';
const types = ['integer', 'text', 'text', 'text', 'integer', 'text', 'float8', 'float8', 'json'];

/** The rows to insert, an array a column from parameter `from` on: planned once for any number of tokens. */
const given = (from: number): string => {
  const arrays = types.map((type, index) => `$${from + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) AS r(${columns})`;
};
const values = `r.partition, r.hash, r.kind, r.id, r.authorization_partition, r.authorization_id,
  to_timestamp(r.issued_at), to_timestamp(r.expires_at), r.detail`;

interface Trail {
  readonly event: string;
  /** The first parameter of who asked. */
  readonly by: number;
  readonly detail: string;
}

/** For the audit log, in the statement that makes it true: from rows with the columns of an authorization. */
const trail = ({ event, by, detail }: Trail): string => `INSERT INTO audit_events (${auditColumns})
      SELECT ${event}, subject, client_id, sid, id, ${caller(by)}, ${detail}`;

/** The parts in which a token and its authorization are; undefined where nobody knows. */
export interface Parts {
  readonly token?: Partition;
  readonly authorization?: Partition;
}

/** Where a token is that names nothing. */
export const unnamed: Parts = { token: unbounded };

/**
 * The parts by their own names: a look-up costs then what it cost when there was one table, while PostgreSQL takes long
 * to plan, or to open, two tables of many parts (docs/adr/0150-partitions.md).
 */
const tokensIn = ({ token }: Parts): string => (token === undefined ? 'tokens' : partName('tokens', token));
const authorizationsIn = ({ authorization }: Parts): string =>
  authorization === undefined ? 'authorizations' : partName('authorizations', authorization);

// With the number beside it the key is the whole key, of which PostgreSQL knows, without statistics, that one row has it.
const isToken = ({ token }: Parts, hash = '$1'): string =>
  `t.hash = ${hash}${token === undefined ? '' : ` AND t.partition = ${token}`}`;
const ofToken = ({ authorization }: Parts): string =>
  `a.id = t.authorization_id AND a.partition = ${authorization ?? 't.authorization_partition'}`;
const isAuthorization = ({ authorization }: Parts): string =>
  `a.id = $1${authorization === undefined ? '' : ` AND a.partition = ${authorization}`}`;

const suffix = (parts: Parts): string => `${tokensIn(parts)} ${authorizationsIn(parts).replace('authorizations', 'a')}`;

/**
 * Holds the session's row until the commit: an end of the session that comes meanwhile waits, and then revokes this
 * authorization too; one that came before is seen here, and the authorization is born revoked.
 */
export const begin = {
  name: 'tokens.begin',
  text: `WITH session AS (
      SELECT ended_at IS NOT NULL AS over, revoked FROM sessions WHERE sid = $5 FOR SHARE
    ), begun AS (
      INSERT INTO authorizations (partition, id, client_id, subject, sid, scope, detail, granted_at, expires_at, revoked_at)
      VALUES ($1, $2, $3, $4, $5, $6, $7, to_timestamp($8), to_timestamp($9),
        CASE WHEN (SELECT over AND (revoked OR NOT 'offline_access' = ANY ($6)) FROM session) THEN to_timestamp($8) END)
      RETURNING id, client_id, revoked_at
    ), participant AS (
      INSERT INTO session_participants (sid, client_id, joined_at, face)
      SELECT $5, $3, to_timestamp($8), $7::json ->> 'face' FROM session WHERE NOT over AND NOT EXISTS (
        SELECT FROM session_participants WHERE sid = $5 AND client_id = $3 AND face IS NOT DISTINCT FROM $7::json ->> 'face')
      ON CONFLICT (sid, client_id) DO UPDATE SET face = excluded.face
    ), fact AS (
      INSERT INTO outbox (event, data)
      SELECT 'authorizationRevoked', jsonb_build_object(
        'authorizationId', id, 'clientId', client_id, 'reason', 'session_ended', 'at', $8::bigint)
      FROM begun WHERE revoked_at IS NOT NULL
    ), trail AS (
      INSERT INTO audit_events (${auditColumns})
      SELECT $22, $4, $3, $5, $2, ${caller(19)}, $23::jsonb
      UNION ALL SELECT 'authorization_revoked', $4, $3, $5, $2, ${caller(19)}, '{"reason":"session_ended"}'
      FROM begun WHERE revoked_at IS NOT NULL
    )
    INSERT INTO tokens (${columns}) SELECT ${values} FROM ${given(10)}`,
};

/** An authorization goes with its person or its client: what was granted until those were revoked. */
const orRevoked = `LEFT JOIN accounts s ON s.subject = a.subject AND s.revoked_at >= a.granted_at
      LEFT JOIN clients c ON c.id = a.client_id AND c.revoked_at >= a.granted_at`;
const revokedAt = 'coalesce(a.revoked_at, s.revoked_at, c.revoked_at)';

/** One column of JSON: a wide row costs the driver, column by column, twice as much as the whole query. */
const held = `json_build_object(
      'partition', t.partition, 'tokenDetail', t.detail, 'token', json_build_object('kind', t.kind, 'id', t.id, 'authorizationId', a.id,
        'issuedAt', ${epoch('t.issued_at')}, 'expiresAt', ${epoch('t.expires_at')},
        'consumedAt', ${epoch('t.consumed_at')}, 'consumedBy', t.consumed_by, 'revokedAt', ${epoch(`coalesce(t.revoked_at, ${revokedAt})`)}),
      'authorizationDetail', a.detail, 'authorization', json_build_object('id', a.id, 'clientId', a.client_id,
        'subject', a.subject, 'sid', a.sid, 'scope', a.scope, 'grantedAt', ${epoch('a.granted_at')},
        'expiresAt', ${epoch('a.expires_at')}, 'revokedAt', ${epoch(revokedAt)}))`;

const finding = (parts: Parts, sought: string): string => `SELECT ${held} AS held
    FROM ${tokensIn(parts)} t JOIN ${authorizationsIn(parts)} a ON ${ofToken(parts)} ${orRevoked}
    WHERE ${isToken(parts, sought)}`;

/** Several one by one, each by its key: left to itself PostgreSQL would read tables whole for so many. */
export const find = (parts: Parts): Finding => ({
  one: { name: `tokens.find ${suffix(parts)}`, text: finding(parts, '$1') },
  several: {
    name: `tokens.find-several ${suffix(parts)}`,
    text: `SELECT key, held FROM unnest($1::text[]) AS sought(key), LATERAL (${finding(parts, 'key')} LIMIT 1) AS found`,
  },
});

/** Of any number of callers the first changes the row; the others wait for it, look again and find it consumed. */
export const exchange = (parts: Parts): Statement => ({
  name: `tokens.exchange ${suffix(parts)}`,
  text: `WITH gate AS (
      UPDATE ${tokensIn(parts)} t SET consumed_at = to_timestamp($2), consumed_by = $3 FROM ${authorizationsIn(parts)} a ${orRevoked}
      WHERE ${isToken(parts)} AND t.kind <> 'access_token' AND t.consumed_at IS NULL AND t.revoked_at IS NULL
        AND ${ofToken(parts)} AND ${revokedAt} IS NULL
      RETURNING a.id, a.client_id, a.subject, a.sid, t.kind
    ), saved AS (
      INSERT INTO tokens (${columns}) SELECT ${values} FROM gate, ${given(4)}
    ), trail AS (
      ${trail({ event: '$16', by: 13, detail: "$17::jsonb || jsonb_build_object('from', kind)" })} FROM gate
    )
    SELECT 1 FROM gate`,
});

export const add = (parts: Parts): Statement => ({
  name: `tokens.add ${authorizationsIn(parts)}`,
  text: `WITH gate AS (
      SELECT a.id, a.client_id, a.subject, a.sid FROM ${authorizationsIn(parts)} a ${orRevoked}
      WHERE ${isAuthorization(parts)} AND ${revokedAt} IS NULL
    ), saved AS (
      INSERT INTO tokens (${columns}) SELECT ${values} FROM gate, ${given(2)}
    ), trail AS (
      ${trail({ event: '$14', by: 11, detail: '$15::jsonb' })} FROM gate
    )
    SELECT 1 FROM gate`,
});

export const revokeToken = (parts: Parts): Statement => ({
  name: `tokens.revoke ${suffix(parts)}`,
  text: `WITH revoked AS (
      UPDATE ${tokensIn(parts)} t SET revoked_at = to_timestamp($2) FROM ${authorizationsIn(parts)} a ${orRevoked}
      WHERE ${isToken(parts)} AND t.revoked_at IS NULL AND ${ofToken(parts)} AND ${revokedAt} IS NULL
      RETURNING a.id, a.client_id, a.subject, a.sid, t.kind, t.id AS token_id
    ), trail AS (
      ${trail({ event: `'token_revoked'`, by: 3, detail: `jsonb_build_object('kind', kind, 'token', token_id)` })} FROM revoked
    )
    INSERT INTO outbox (event, data)
    SELECT 'tokenRevoked', jsonb_build_object(
      'tokenId', token_id, 'authorizationId', id, 'clientId', client_id, 'at', $2::bigint)
    FROM revoked RETURNING event, data`,
});

export const revokeAuthorization = (parts: Parts): Statement => ({
  name: `tokens.revoke-authorization ${authorizationsIn(parts)}`,
  text: `WITH revoked AS (
      UPDATE ${authorizationsIn(parts)} a SET revoked_at = to_timestamp($3)
      WHERE ${isAuthorization(parts)} AND a.revoked_at IS NULL RETURNING a.id, a.client_id, a.subject, a.sid
    ), trail AS (
      ${trail({ event: `'authorization_revoked'`, by: 4, detail: `jsonb_build_object('reason', $2::text)` })} FROM revoked
    )
    INSERT INTO outbox (event, data)
    SELECT 'authorizationRevoked', jsonb_build_object(
      'authorizationId', id, 'clientId', client_id, 'reason', $2::text, 'at', $3::bigint)
    FROM revoked RETURNING event, data`,
});
