import type { MigrationInterface, QueryRunner } from 'typeorm';
import { revokeSubject as formerRevokeSubject } from './1764000000170-audit-events.js';

/** An event of the outbox has a bound: what goes beyond is told of in further ones. */
const most = 5_000;

/**
 * As before; and of the sessions that it ends nothing is left that began after `at`, which the caller read before this
 * waited for those authorizations. Each statement in it sees what was committed before that statement began: the second
 * waits for every authorization that is just beginning in one of the sessions (`tokens.begin` holds the row), the next
 * sees them. What begins later finds the session revoked.
 * @see RFC 7009 §2.1
 */
const revokeSubject = `CREATE OR REPLACE FUNCTION revoke_subject(who text, at bigint) RETURNS text[] LANGUAGE plpgsql AS $$
  DECLARE gone text[];
  BEGIN
    UPDATE accounts SET revoked_at = greatest(revoked_at, to_timestamp(at)) WHERE subject = who;
    IF NOT FOUND THEN RETURN NULL; END IF;
    WITH ended AS (
      UPDATE sessions SET ended_at = to_timestamp(at), revoked = true
      WHERE subject = who AND ended_at IS NULL AND expires_at > to_timestamp(at) RETURNING sid)
    SELECT coalesce(array_agg(sid ORDER BY sid), '{}') INTO gone FROM ended;
    WITH late AS (
      UPDATE authorizations SET revoked_at = granted_at
      WHERE sid = ANY (gone) AND revoked_at IS NULL AND granted_at > to_timestamp(at)
      RETURNING id, client_id, subject, sid
    ), trail AS (
      INSERT INTO audit_events (event, subject, client_id, sid, authorization_id, detail)
      SELECT 'authorization_revoked', subject, client_id, sid, id, '{"reason":"subject_revoked"}' FROM late)
    INSERT INTO outbox (event, data)
      SELECT 'authorizationRevoked', jsonb_build_object(
        'authorizationId', id, 'clientId', client_id, 'reason', 'subject_revoked', 'at', at) FROM late;
    INSERT INTO outbox (event, data)
      SELECT 'subjectRevoked', jsonb_build_object('subject', who, 'at', at,
        'sids', to_jsonb(gone[part * ${most} + 1:(part + 1) * ${most}]))
      FROM generate_series(0, greatest(cardinality(gone) - 1, 0) / ${most}) part;
    INSERT INTO audit_events (event, subject, sid, detail)
      SELECT 'session_ended', who, ended, '{"reason":"subject_revoked"}' FROM unnest(gone) ended
      UNION ALL SELECT 'subject_revoked', who, NULL, jsonb_build_object('sessions', cardinality(gone));
    PERFORM sessions_ended(gone, at);
    RETURN gone;
  END $$`;

/** What begins in a session dies with it where its person was revoked, whatever second it is of. */
export class RevokedSessions1764000000176 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE sessions ADD COLUMN revoked boolean NOT NULL DEFAULT false');
    await runner.query(revokeSubject);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(formerRevokeSubject);
    await runner.query('ALTER TABLE sessions DROP COLUMN revoked');
  }
}
