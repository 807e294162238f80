import type { MigrationInterface, QueryRunner } from 'typeorm';

export class Replays1764000000020 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE replays (
      key text PRIMARY KEY,
      expires_at timestamptz NOT NULL)`);
    await runner.query('CREATE INDEX replays_expires_at ON replays (expires_at)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE replays');
  }
}
