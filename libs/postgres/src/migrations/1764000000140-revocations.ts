import type { MigrationInterface, QueryRunner } from 'typeorm';

const columns = [
  `ALTER TABLE accounts ADD COLUMN revoked_at timestamptz`,
  `ALTER TABLE clients ADD COLUMN revoked_at timestamptz`,
  `CREATE SEQUENCE outbox_published`,
  `ALTER TABLE outbox ADD COLUMN published_position bigint`,
  // What was published before counts too, in the order in which it was appended.
  `UPDATE outbox o SET published_position = p.published_position
   FROM (SELECT position, nextval('outbox_published') AS published_position
     FROM (SELECT position FROM outbox WHERE published_at IS NOT NULL ORDER BY position) published) p
   WHERE o.position = p.position`,
  `CREATE UNIQUE INDEX outbox_published_position ON outbox (published_position) WHERE published_position IS NOT NULL`,
];

/** An event has a bound: what goes beyond is told of in further ones. */
const most = 5_000;

/**
 * Functions, for one round trip: each statement in them sees what was committed before that statement began. The first
 * waits for every authorization that is just beginning in the session (`tokens.begin` holds the row), the next sees them.
 * @see OpenID Connect Back-Channel Logout 1.0 §2.7
 */
export const endSession = `CREATE FUNCTION end_session(ended text, why text, at bigint) RETURNS boolean LANGUAGE plpgsql AS $$
  DECLARE who text; gone text[];
  BEGIN
    UPDATE sessions SET ended_at = to_timestamp(at) WHERE sid = ended AND ended_at IS NULL RETURNING subject INTO who;
    IF NOT FOUND THEN RETURN false; END IF;
    WITH revoked AS (
      UPDATE authorizations SET revoked_at = to_timestamp(at)
      WHERE sid = ended AND revoked_at IS NULL AND NOT 'offline_access' = ANY (scope) RETURNING id)
    SELECT coalesce(array_agg(id ORDER BY id), '{}') INTO gone FROM revoked;
    INSERT INTO outbox (event, data) VALUES ('sessionEnded', jsonb_build_object('sid', ended, 'subject', who,
      'reason', why, 'at', at, 'authorizationIds', to_jsonb(gone[1:${most}])));
    INSERT INTO outbox (event, data)
      SELECT 'authorizationRevoked', jsonb_build_object(
        'authorizationId', id, 'clientId', client_id, 'reason', 'session_ended', 'at', at)
      FROM authorizations WHERE id = ANY (gone[${most + 1}:]);
    RETURN true;
  END $$`;

export const revokeSubject = `CREATE FUNCTION revoke_subject(who text, at bigint) RETURNS text[] LANGUAGE plpgsql AS $$
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
    RETURN gone;
  END $$`;

/**
 * What waits to be published, or null where another publishes. The lock goes with the transaction, also where the process
 * that held it is gone; what it has marked by then is seen here, for the second statement begins after the lock is had.
 */
const outboxTurn = `CREATE FUNCTION outbox_turn(most integer) RETURNS jsonb LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('portico.outbox')) THEN RETURN NULL; END IF;
    RETURN (SELECT coalesce(jsonb_agg(to_jsonb(waiting) ORDER BY position), '[]') FROM (
      SELECT position, id, event, data FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT most) waiting);
  END $$`;

/** Ending what was granted: a person's or a client's without touching each, and in which order it was published. */
export class Revocations1764000000140 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...columns, endSession, revokeSubject, outboxTurn]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP FUNCTION outbox_turn');
    await runner.query('DROP FUNCTION end_session');
    await runner.query('DROP FUNCTION revoke_subject');
    await runner.query('ALTER TABLE outbox DROP COLUMN published_position');
    await runner.query('DROP SEQUENCE outbox_published');
    await runner.query('ALTER TABLE clients DROP COLUMN revoked_at');
    await runner.query('ALTER TABLE accounts DROP COLUMN revoked_at');
  }
}
