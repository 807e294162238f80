import type { MigrationInterface, QueryRunner } from 'typeorm';

const statements = [
  `CREATE TABLE devices (
     device_code_hash text PRIMARY KEY,
     user_code text,
     client_id text NOT NULL,
     scope text[] NOT NULL,
     answer text,
     interval_seconds integer NOT NULL,
     polled_at timestamptz,
     early boolean NOT NULL,
     expires_at timestamptz NOT NULL)`,
  `CREATE UNIQUE INDEX devices_user_code ON devices (user_code)`,
  `CREATE INDEX devices_expires_at ON devices (expires_at)`,
];

export class Devices1764000000010 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of statements) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE devices');
  }
}
