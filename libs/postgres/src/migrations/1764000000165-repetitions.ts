import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Which request consumed a token, or said what may be said once: that request may be asked again (docs/upgrades.md). */
export class Repetitions1764000000165 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE tokens ADD COLUMN consumed_by text');
    await runner.query('ALTER TABLE replays ADD COLUMN said_by text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE replays DROP COLUMN said_by');
    await runner.query('ALTER TABLE tokens DROP COLUMN consumed_by');
  }
}
