import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `CREATE TABLE logout_deliveries (
     id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
     sid text NOT NULL,
     client_id text NOT NULL,
     subject text NOT NULL,
     state text NOT NULL DEFAULT 'pending',
     attempts integer NOT NULL DEFAULT 0,
     last_status integer,
     last_error text,
     since timestamptz NOT NULL,
     due_at timestamptz NOT NULL,
     handed_at timestamptz NOT NULL,
     last_attempt_at timestamptz,
     delivered_at timestamptz,
     expires_at timestamptz NOT NULL)`,
  'CREATE UNIQUE INDEX logout_deliveries_target ON logout_deliveries (sid, client_id)',
  `CREATE INDEX logout_deliveries_pending ON logout_deliveries (handed_at) WHERE state = 'pending'`,
  `CREATE INDEX logout_deliveries_failed ON logout_deliveries (since) WHERE state = 'failed'`,
  'CREATE INDEX logout_deliveries_since ON logout_deliveries (since)',
  'CREATE INDEX logout_deliveries_expires_at ON logout_deliveries (expires_at)',
];

export class LogoutDeliveries1764000000110 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of tables) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE logout_deliveries');
  }
}
