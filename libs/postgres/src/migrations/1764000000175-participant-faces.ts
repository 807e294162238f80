import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Under which issuer a client got something in a session: OpenID Connect's where there is nothing. */
export class ParticipantFaces1764000000175 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session_participants ADD COLUMN face text');
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE session_participants DROP COLUMN face');
  }
}
