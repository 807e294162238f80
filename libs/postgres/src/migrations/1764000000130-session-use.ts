import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `expires_at` stays what the sweep and every look-up go by: with an idle lifetime it moves on with the use, up to `ends_at`. */
export class SessionUse1764000000130 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE sessions
      ADD COLUMN last_used_at timestamptz NOT NULL DEFAULT now(),
      ADD COLUMN idle_seconds integer,
      ADD COLUMN ends_at timestamptz,
      ADD COLUMN user_agent text,
      ADD COLUMN ip text`);
    await runner.query('CREATE INDEX sessions_subject ON sessions (subject) WHERE ended_at IS NULL');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP INDEX sessions_subject');
    await runner.query(`ALTER TABLE sessions
      DROP COLUMN last_used_at, DROP COLUMN idle_seconds, DROP COLUMN ends_at, DROP COLUMN user_agent, DROP COLUMN ip`);
  }
}
