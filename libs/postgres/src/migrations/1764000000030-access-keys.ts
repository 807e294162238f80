import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `CREATE TABLE access_keys (
     id text PRIMARY KEY,
     client_id text NOT NULL REFERENCES clients ON DELETE CASCADE,
     secret_hash text NOT NULL,
     created_at timestamptz NOT NULL,
     disabled_at timestamptz)`,
  `CREATE INDEX access_keys_client_id ON access_keys (client_id)`,
];

export class AccessKeys1764000000030 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE access_keys');
  }
}
