import { listedSessions } from '@portico/sso';
import { auditColumns, caller } from '../audit.js';
import { epoch } from '../epoch.js';

/** The person of `$2` in the session of `$1`, by the means of `$4`. */
const signedIn = (from: number, rest: string): string => `INSERT INTO audit_events (${auditColumns})
      SELECT 'signed_in', $2, NULL, $1, NULL, ${caller(from)}, jsonb_build_object('amr', to_jsonb($4::text[])) ${rest}`;

export const start = {
  name: 'sessions.start',
  text: `WITH signed_in AS (${signedIn(13, '')})
    INSERT INTO sessions (sid, subject, secret_hash, amr, auth_time, started_at, last_used_at, expires_at, ends_at,
      idle_seconds, user_agent, ip)
    VALUES ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6), to_timestamp($7), to_timestamp($8), to_timestamp($9), $10,
      $11, $12)`,
};

export const renew = {
  name: 'sessions.renew',
  text: `WITH renewed AS (UPDATE sessions SET secret_hash = $3, amr = $4, auth_time = to_timestamp($5), last_used_at = to_timestamp($6),
      expires_at = to_timestamp($7), ends_at = to_timestamp($8), idle_seconds = $9, user_agent = $10, ip = $11
    WHERE sid = $1 AND subject = $2 AND ended_at IS NULL AND expires_at > to_timestamp($5) RETURNING 1)
    ${signedIn(12, 'FROM renewed RETURNING 1')}`,
};

const columns = `s.sid, s.subject, s.amr, ${epoch('s.auth_time')} AS "authTime", ${epoch('s.started_at')} AS "startedAt",
  ${epoch('coalesce(s.ends_at, s.expires_at)')} AS "expiresAt", ${epoch('s.last_used_at')} AS "lastUsedAt",
  s.idle_seconds AS "idleSeconds", s.user_agent AS "userAgent", s.ip`;
const live = `SELECT ${columns} FROM sessions s WHERE s.ended_at IS NULL AND s.expires_at > to_timestamp($2)`;

export const findBySid = { name: 'sessions.findBySid', text: `${live} AND s.sid = $1` };

/** One round trip: the note of the use costs a row's change once in a while, and nothing with every other request. */
export const find = {
  name: 'sessions.find',
  text: `WITH found AS (${live} AND s.secret_hash = $1), used AS (
      UPDATE sessions s SET last_used_at = to_timestamp($2), expires_at = coalesce(
        least(s.ends_at, to_timestamp($2) + make_interval(secs => s.idle_seconds)), s.expires_at)
      FROM found f WHERE s.sid = f.sid AND s.ended_at IS NULL
        AND s.last_used_at <= to_timestamp($2) - make_interval(secs => least(60, s.idle_seconds / 10))
    )
    SELECT * FROM found`,
};

const participantsWhere = (condition: string): string => `SELECT json_agg(
      json_build_object('clientId', p.client_id, 'face', p.face) ORDER BY p.joined_at DESC, p.client_id COLLATE "C") AS "all"
    FROM session_participants p ${condition}`;

export const participants = { name: 'sessions.participants', text: participantsWhere('WHERE p.sid = $1') };

export const participantsBySecret = {
  name: 'sessions.participants-by-secret',
  text: participantsWhere('JOIN sessions s ON s.sid = p.sid WHERE s.secret_hash = $1'),
};

export const ofSubject = {
  name: 'sessions.ofSubject',
  text: `SELECT ${columns}, (
      SELECT coalesce(array_agg(c.client_id), '{}') FROM (
        SELECT client_id FROM session_participants p WHERE p.sid = s.sid
        ORDER BY joined_at DESC, client_id COLLATE "C" LIMIT ${listedSessions.clients}) c) AS "clientIds"
    FROM sessions s WHERE s.subject = $1 AND s.ended_at IS NULL AND s.expires_at > to_timestamp($2)
    ORDER BY s.started_at DESC, s.sid COLLATE "C" LIMIT ${listedSessions.sessions}`,
};
