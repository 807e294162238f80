import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Keys follow each other, and some outlive the secret of the installation. */
export class KeyRotation1764000000100 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE keys ADD COLUMN longest_token_seconds integer NOT NULL DEFAULT 0');
    await runner.query('CREATE TABLE installation_keys (name text PRIMARY KEY, sealed text NOT NULL)');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE installation_keys');
    await runner.query('ALTER TABLE keys DROP COLUMN longest_token_seconds');
  }
}
