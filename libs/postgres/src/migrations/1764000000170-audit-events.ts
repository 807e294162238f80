import type { MigrationInterface, QueryRunner } from 'typeorm';
import {
  revokeSubject as formerRevokeSubject,
  sessionEnds as formerSessionEnds,
} from './1764000000160-one-statement.js';

/** An event of the outbox has a bound: what goes beyond is told of in further ones. */
const most = 5_000;

const table = [
  `CREATE TABLE audit_events (
     at timestamptz NOT NULL DEFAULT now(),
     id uuid NOT NULL DEFAULT gen_random_uuid(),
     event text NOT NULL,
     subject text,
     client_id text,
     sid text,
     authorization_id text,
     ip text,
     user_agent text,
     request_id text,
     process text DEFAULT current_setting('application_name', true),
     detail jsonb,
     CONSTRAINT audit_events_pkey PRIMARY KEY (at, id)) PARTITION BY RANGE (at)`,
  `CREATE INDEX audit_events_subject ON audit_events (subject, at) WHERE subject IS NOT NULL`,
  `CREATE INDEX audit_events_client_id ON audit_events (client_id, at) WHERE client_id IS NOT NULL`,
  // Nearly every row is of that event: to look for it the times alone do, and nothing is paid here when one is issued.
  `CREATE INDEX audit_events_event ON audit_events (event, at) WHERE event <> 'tokens_issued'`,
  `CREATE TABLE audit_events_default PARTITION OF audit_events DEFAULT`,
];

/**
 * As before, with the event of it for the audit log. Each statement in it sees what was committed before that statement
 * began: the first waits for every authorization that is just beginning in the session, the next sees them.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.7
 */
const sessionEnds = `CREATE FUNCTION session_ends(ended text, why text, at bigint, from_ip text, by_agent text, asked text)
  RETURNS jsonb LANGUAGE plpgsql AS $$
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
    INSERT INTO audit_events (event, subject, sid, ip, user_agent, request_id, detail)
      VALUES ('session_ended', who, ended, from_ip, by_agent, asked,
        jsonb_build_object('reason', why, 'authorizations', cardinality(gone)));
    PERFORM sessions_ended(ARRAY[ended], at);
    RETURN fact;
  END $$`;

/** Services of the version before, which run beside this one while it is rolled out, call it so. */
const formerCall = `CREATE OR REPLACE FUNCTION session_ends(ended text, why text, at bigint) RETURNS jsonb
  LANGUAGE sql AS 'SELECT session_ends(ended, why, at, NULL, NULL, NULL)'`;

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
    INSERT INTO audit_events (event, subject, sid, detail)
      SELECT 'session_ended', who, ended, '{"reason":"subject_revoked"}' FROM unnest(gone) ended
      UNION ALL SELECT 'subject_revoked', who, NULL, jsonb_build_object('sessions', cardinality(gone));
    PERFORM sessions_ended(gone, at);
    RETURN gone;
  END $$`;

const up = [...table, sessionEnds, formerCall, revokeSubject];
const down = [
  'DROP FUNCTION session_ends(text, text, bigint)',
  'DROP FUNCTION session_ends(text, text, bigint, text, text, text)',
  formerSessionEnds,
  formerRevokeSubject,
  'DROP TABLE audit_events',
];

/** Security events, a part a month, and the functions that write some of them (docs/adr/0164-audit-log.md). */
export class AuditEvents1764000000170 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
