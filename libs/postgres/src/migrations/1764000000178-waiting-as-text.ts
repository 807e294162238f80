import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Answers what it always did. `jsonb_agg` takes time with the square of what one element holds: a session of 15,000
 * authorizations was read in seconds; as text, and made jsonb as a whole, it is milliseconds.
 */
const outboxTurn = (waiting: string) => `CREATE OR REPLACE FUNCTION outbox_turn(most integer) RETURNS jsonb
  LANGUAGE plpgsql AS $$
  BEGIN
    IF NOT pg_try_advisory_xact_lock(hashtext('portico.outbox')) THEN RETURN NULL; END IF;
    RETURN (SELECT coalesce(${waiting}, '[]') FROM (
      SELECT position, id, event, data FROM outbox WHERE published_at IS NULL ORDER BY position LIMIT most) waiting);
  END $$`;

/** Large facts wait no longer than small ones. */
export class WaitingAsText1764000000178 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(outboxTurn('json_agg(waiting ORDER BY position)::jsonb'));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(outboxTurn('jsonb_agg(to_jsonb(waiting) ORDER BY position)'));
  }
}
