import type { Session, SessionStore } from '@portico/sso';
import type { Database } from '../data-source.js';
import { epoch } from '../epoch.js';
import { changed, first, type Statement } from '../statement.js';
import { transact } from '../transact.js';

const start = {
  name: 'sessions.start',
  text: `INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
    VALUES ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6), to_timestamp($7))`,
};
const find = {
  name: 'sessions.find',
  text: `SELECT sid, subject, amr, ${epoch('auth_time')} AS "authTime", ${epoch('started_at')} AS "startedAt",
      ${epoch('expires_at')} AS "expiresAt"
    FROM sessions WHERE secret_hash = $1 AND ended_at IS NULL AND expires_at > to_timestamp($2)`,
};
const renew = {
  name: 'sessions.renew',
  text: `UPDATE sessions SET secret_hash = $2, amr = $4, auth_time = to_timestamp($5), expires_at = to_timestamp($6)
    WHERE sid = $1 AND subject = $3 AND ended_at IS NULL AND expires_at > to_timestamp($5) RETURNING 1`,
};
const end = {
  name: 'sessions.end',
  text: `WITH ended AS (
      UPDATE sessions SET ended_at = to_timestamp($3) WHERE sid = $1 AND ended_at IS NULL RETURNING sid, subject)
    INSERT INTO outbox (event, data)
    SELECT 'sessionEnded', jsonb_build_object('sid', sid, 'subject', subject, 'reason', $2::text, 'at', $3::bigint)
    FROM ended RETURNING 1`,
};

/** @see OpenID Connect Back-Channel Logout 1.0 §2.7 */
const revokeAuthorizations = {
  name: 'sessions.end.authorizations',
  text: `WITH revoked AS (
      UPDATE authorizations SET revoked_at = to_timestamp($2)
      WHERE sid = $1 AND revoked_at IS NULL AND NOT 'offline_access' = ANY (scope) RETURNING id, client_id)
    INSERT INTO outbox (event, data)
    SELECT 'authorizationRevoked', jsonb_build_object(
      'authorizationId', id, 'clientId', client_id, 'reason', 'session_ended', 'at', $2::bigint)
    FROM revoked`,
};

const participants = {
  name: 'sessions.participants',
  text: `SELECT array_agg(client_id ORDER BY joined_at DESC, client_id COLLATE "C") AS "clientIds"
    FROM session_participants WHERE sid = $1`,
};

/** What goes when a session ends, each with the `sid` and the time; a protocol adds its line. */
const endsWithSession: readonly Statement[] = [revokeAuthorizations];

export const sessionStore = (database: Database): SessionStore => ({
  start: async ({ sid, subject, amr, authTime, startedAt, expiresAt }, secretHash) => {
    await database.run(start, [sid, secretHash, subject, amr, authTime, startedAt, expiresAt]);
  },
  find: (secretHash, at) => first<Session>(database.run, find, [secretHash, at]),
  renew: ({ sid, subject, amr, authTime, expiresAt }, secretHash) =>
    changed(database.run, renew, [sid, secretHash, subject, amr, authTime, expiresAt]),
  end: (sid, reason, at) =>
    // Not one statement: the first waits for every authorization that is just beginning in this session (`begin` holds the
    // row), and only a statement that starts after that wait sees them.
    transact(database, async (run) => {
      if (!(await changed(run, end, [sid, reason, at]))) return false;
      for (const statement of endsWithSession) await run(statement, [sid, at]);
      return true;
    }),
  participants: async (sid) => {
    const row = await first<{ clientIds: string[] }>(database.run, participants, [sid]);
    return row?.clientIds ?? [];
  },
});
