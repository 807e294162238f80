import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Apart from the signing keys: what is in that table is published as a key that verifies. */
export class PasswordKeys1764000000050 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE password_keys (
      kid text PRIMARY KEY,
      public_jwk jsonb NOT NULL,
      sealed_private_jwk text NOT NULL,
      created_at timestamptz NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE password_keys');
  }
}
