import { epoch } from '../epoch.js';

const columns = 'hash, kind, id, authorization_id, issued_at, expires_at, detail';
const types = ['text', 'text', 'text', 'text', 'float8', 'float8', 'json'];

/** The rows to insert, an array a column from parameter `from` on: planned once for any number of tokens. */
const given = (from: number): string => {
  const arrays = types.map((type, index) => `$${from + index}::${type}[]`);
  return `unnest(${arrays.join(', ')}) AS r(${columns})`;
};
const values =
  'r.hash, r.kind, r.id, r.authorization_id, to_timestamp(r.issued_at), to_timestamp(r.expires_at), r.detail';

/** An authorization is kept a day longer than its tokens, so that a rotation need not rewrite it each time. */
const keptUntil = (parameter: string): string => `to_timestamp(${parameter}) + interval '1 day'`;

/**
 * Holds the session's row until the commit: an end of the session that comes meanwhile waits, and then revokes this
 * authorization too; one that came before is seen here, and the authorization is born revoked.
 */
export const begin = {
  name: 'tokens.begin',
  text: `WITH session AS (
      SELECT ended_at IS NOT NULL AS over FROM sessions WHERE sid = $4 FOR SHARE
    ), begun AS (
      INSERT INTO authorizations (id, client_id, subject, sid, scope, detail, granted_at, expires_at, revoked_at)
      VALUES ($1, $2, $3, $4, $5, $6, to_timestamp($7), ${keptUntil('$8')},
        CASE WHEN (SELECT over FROM session) AND NOT 'offline_access' = ANY ($5) THEN to_timestamp($7) END)
      RETURNING id, client_id, revoked_at
    ), participant AS (
      INSERT INTO session_participants (sid, client_id, joined_at)
      SELECT $4, $2, to_timestamp($7) FROM session WHERE NOT over ON CONFLICT DO NOTHING
    ), fact AS (
      INSERT INTO outbox (event, data)
      SELECT 'authorizationRevoked', jsonb_build_object(
        'authorizationId', id, 'clientId', client_id, 'reason', 'session_ended', 'at', $7::bigint)
      FROM begun WHERE revoked_at IS NOT NULL
    )
    INSERT INTO tokens (${columns}) SELECT ${values} FROM ${given(9)}`,
};

/** One column of JSON: a wide row costs the driver, column by column, twice as much as the whole query. */
export const find = {
  name: 'tokens.find',
  text: `SELECT json_build_object(
      'tokenDetail', t.detail, 'token', json_build_object('kind', t.kind, 'id', t.id, 'authorizationId', a.id,
        'issuedAt', ${epoch('t.issued_at')}, 'expiresAt', ${epoch('t.expires_at')},
        'consumedAt', ${epoch('t.consumed_at')}, 'revokedAt', ${epoch('coalesce(t.revoked_at, a.revoked_at)')}),
      'authorizationDetail', a.detail, 'authorization', json_build_object('id', a.id, 'clientId', a.client_id,
        'subject', a.subject, 'sid', a.sid, 'scope', a.scope,
        'grantedAt', ${epoch('a.granted_at')}, 'revokedAt', ${epoch('a.revoked_at')})) AS held
    FROM tokens t JOIN authorizations a ON a.id = t.authorization_id WHERE t.hash = $1`,
};

const extend = (parameter: string): string => `UPDATE authorizations a SET expires_at = ${keptUntil(parameter)}
  FROM gate WHERE a.id = gate.id AND a.expires_at < to_timestamp(${parameter})`;

/** Of any number of callers the first changes the row; the others wait for it, look again and find it consumed. */
export const exchange = {
  name: 'tokens.exchange',
  text: `WITH gate AS (
      UPDATE tokens t SET consumed_at = to_timestamp($2) FROM authorizations a
      WHERE t.hash = $1 AND t.kind <> 'access_token' AND t.consumed_at IS NULL AND t.revoked_at IS NULL
        AND a.id = t.authorization_id AND a.revoked_at IS NULL
      RETURNING a.id
    ), kept AS (${extend('$3')}), saved AS (
      INSERT INTO tokens (${columns}) SELECT ${values} FROM gate, ${given(4)}
    )
    SELECT 1 FROM gate`,
};

export const add = {
  name: 'tokens.add',
  text: `WITH gate AS (
      SELECT id FROM authorizations WHERE id = $1 AND revoked_at IS NULL
    ), kept AS (${extend('$2')}), saved AS (
      INSERT INTO tokens (${columns}) SELECT ${values} FROM gate, ${given(3)}
    )
    SELECT 1 FROM gate`,
};

export const revokeToken = {
  name: 'tokens.revoke-token',
  text: `WITH revoked AS (
      UPDATE tokens t SET revoked_at = to_timestamp($2) FROM authorizations a
      WHERE t.hash = $1 AND t.revoked_at IS NULL AND a.id = t.authorization_id AND a.revoked_at IS NULL
      RETURNING t.id, t.authorization_id, a.client_id
    )
    INSERT INTO outbox (event, data)
    SELECT 'tokenRevoked', jsonb_build_object(
      'tokenId', id, 'authorizationId', authorization_id, 'clientId', client_id, 'at', $2::bigint)
    FROM revoked`,
};

export const revokeAuthorization = {
  name: 'tokens.revoke-authorization',
  text: `WITH revoked AS (
      UPDATE authorizations SET revoked_at = to_timestamp($3) WHERE id = $1 AND revoked_at IS NULL RETURNING id, client_id
    )
    INSERT INTO outbox (event, data)
    SELECT 'authorizationRevoked', jsonb_build_object(
      'authorizationId', id, 'clientId', client_id, 'reason', $2::text, 'at', $3::bigint)
    FROM revoked`,
};
