import type { MigrationInterface, QueryRunner } from 'typeorm';
import { endSession, revokeSubject as formerRevokeSubject } from './1764000000140-revocations.js';

/** An event has a bound: what goes beyond is told of in further ones. */
const most = 5_000;

/**
 * What happens besides when sessions end; a protocol adds its line. OpenID Connect: the participants that want to be told.
 * Pending deliveries are given up after a day, and kept for nine.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.3
 */
const sessionsEnded = `CREATE FUNCTION sessions_ended(ended text[], at bigint) RETURNS void LANGUAGE plpgsql AS $$
  BEGIN
    INSERT INTO logout_deliveries (sid, client_id, subject, since, due_at, handed_at, expires_at)
      SELECT s.sid, p.client_id, s.subject, t.since, t.since, t.since, t.since + interval '9 days'
      FROM sessions s JOIN session_participants p ON p.sid = s.sid JOIN clients c ON c.id = p.client_id,
        to_timestamp(at) AS t(since)
      WHERE s.sid = ANY (ended) AND c.metadata ? 'backchannel_logout_uri'
      ORDER BY s.sid, p.client_id
      ON CONFLICT DO NOTHING;
  END $$`;

/**
 * The fact of it, or null where the session had ended before. Each statement in it sees what was committed before that
 * statement began: the first waits for every authorization that is just beginning in the session (`tokens.begin` holds
 * the row), the next sees them.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.7
 */
export const sessionEnds = `CREATE FUNCTION session_ends(ended text, why text, at bigint) RETURNS jsonb LANGUAGE plpgsql AS $$
  DECLARE who text; gone text[]; fact jsonb;
  BEGIN
    UPDATE sessions SET ended_at = to_timestamp(at) WHERE sid = ended AND ended_at IS NULL RETURNING subject INTO who;
    IF NOT FOUND THEN RETURN NULL; END IF;
    WITH revoked AS (
      UPDATE authorizations SET revoked_at = to_timestamp(at)
      WHERE sid = ended AND revoked_at IS NULL AND NOT 'offline_access' = ANY (scope) RETURNING id)
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO gone FROM revoked;
    INSERT INTO outbox (event, data) VALUES ('sessionEnded', jsonb_build_object('sid', ended, 'subject', who,
      'reason', why, 'at', at, 'authorizationIds', to_jsonb(gone[1:${most}]))) RETURNING data INTO fact;
    INSERT INTO outbox (event, data)
      SELECT 'authorizationRevoked', jsonb_build_object(
        'authorizationId', id, 'clientId', client_id, 'reason', 'session_ended', 'at', at)
      FROM authorizations WHERE id = ANY (gone[${most + 1}:]);
    PERFORM sessions_ended(ARRAY[ended], at);
    RETURN fact;
  END $$`;

export const revokeSubject = `CREATE OR REPLACE FUNCTION revoke_subject(who text, at bigint) RETURNS text[] LANGUAGE plpgsql AS $$
  DECLARE gone text[];
  BEGIN
    UPDATE accounts SET revoked_at = greatest(revoked_at, to_timestamp(at)) WHERE subject = who;
    IF NOT FOUND THEN RETURN NULL; END IF;
    WITH ended AS (
      UPDATE sessions SET ended_at = to_timestamp(at)
      WHERE subject = who AND ended_at IS NULL AND expires_at > to_timestamp(at) RETURNING sid)
    SELECT coalesce(array_agg(sid ORDER BY sid), '{}') INTO gone FROM ended;
    INSERT INTO outbox (event, data)
      SELECT 'subjectRevoked', jsonb_build_object('subject', who, 'at', at,
        'sids', to_jsonb(gone[part * ${most} + 1:(part + 1) * ${most}]))
      FROM generate_series(0, greatest(cardinality(gone) - 1, 0) / ${most}) part;
    PERFORM sessions_ended(gone, at);
    RETURN gone;
  END $$`;

/** Services of the version before, which run beside this one while it is rolled out, call it by its old name. */
const formerEndSession = `CREATE OR REPLACE FUNCTION end_session(ended text, why text, at bigint) RETURNS boolean
  LANGUAGE sql AS 'SELECT session_ends(ended, why, at) IS NOT NULL'`;

/** A session, or a person, is ended by one statement, with whoever is to be told of it. */
export class OneStatement1764000000160 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [sessionsEnded, sessionEnds, revokeSubject, formerEndSession])
      await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const name of ['end_session', 'revoke_subject', 'session_ends', 'sessions_ended'])
      await runner.query(`DROP FUNCTION ${name}`);
    for (const statement of [endSession, formerRevokeSubject]) await runner.query(statement);
  }
}
