import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What there is becomes the part in which rows are deleted one by one: it tells nobody where it is kept. */
const partitioned = (table: string, key: string): string[] => [
  `ALTER TABLE ${table} RENAME TO ${table}_unbounded`,
  `ALTER INDEX ${table}_expires_at RENAME TO ${table}_unbounded_expires_at`,
  `ALTER TABLE ${table}_unbounded ADD COLUMN partition integer NOT NULL DEFAULT 0`,
  `ALTER TABLE ${table}_unbounded ALTER COLUMN partition DROP DEFAULT`,
  `ALTER TABLE ${table}_unbounded DROP CONSTRAINT ${table}_pkey`,
  `ALTER TABLE ${table}_unbounded ADD CONSTRAINT ${table}_unbounded_pkey PRIMARY KEY (${key}, partition)`,
  `CREATE TABLE ${table} (LIKE ${table}_unbounded, CONSTRAINT ${table}_pkey PRIMARY KEY (${key}, partition))
     PARTITION BY LIST (partition)`,
  `ALTER TABLE ${table} ATTACH PARTITION ${table}_unbounded FOR VALUES IN (0)`,
  ...withDefault(table),
];

const withDefault = (table: string): string[] => [
  `CREATE TABLE ${table}_default PARTITION OF ${table} DEFAULT`,
  `CREATE INDEX ${table}_default_expires_at ON ${table}_default (expires_at)`,
];

const plain = (table: string, key: string): string[] => [
  `ALTER TABLE ${table} DETACH PARTITION ${table}_unbounded`,
  `INSERT INTO ${table}_unbounded SELECT * FROM ${table}`,
  `DROP TABLE ${table}`,
  `ALTER TABLE ${table}_unbounded DROP COLUMN partition`,
  `ALTER TABLE ${table}_unbounded ADD CONSTRAINT ${table}_pkey PRIMARY KEY (${key})`,
  `ALTER INDEX ${table}_unbounded_expires_at RENAME TO ${table}_expires_at`,
  `ALTER TABLE ${table}_unbounded RENAME TO ${table}`,
];

const up = [
  // From now on an authorization ends when it was begun to end, a year after; what has been renewed goes on until then.
  `UPDATE authorizations a SET expires_at = greatest(expires_at, granted_at + interval '365 days')
     WHERE EXISTS (SELECT FROM tokens t WHERE t.authorization_id = a.id AND t.kind = 'refresh_token')`,
  `ALTER TABLE tokens ADD COLUMN authorization_partition integer NOT NULL DEFAULT 0`,
  `ALTER TABLE tokens ALTER COLUMN authorization_partition DROP DEFAULT`,
  ...partitioned('tokens', 'hash'),
  `ALTER INDEX authorizations_sid RENAME TO authorizations_unbounded_sid`,
  ...partitioned('authorizations', 'id'),
  `CREATE INDEX authorizations_sid ON authorizations (sid) WHERE sid IS NOT NULL`,
  ...partitioned('interactions', 'id'),
  `ALTER TABLE replays RENAME TO replays_before`,
  `ALTER TABLE replays_before DROP CONSTRAINT replays_pkey`,
  `CREATE TABLE replays (
     partition integer NOT NULL,
     key text NOT NULL,
     expires_at timestamptz NOT NULL,
     CONSTRAINT replays_pkey PRIMARY KEY (key, partition)) PARTITION BY LIST (partition)`,
  ...withDefault('replays'),
  `INSERT INTO replays SELECT floor(date_part('epoch', expires_at) / 86400)::integer, key, expires_at FROM replays_before`,
  `DROP TABLE replays_before`,
];

const down = [
  ...plain('tokens', 'hash'),
  `ALTER TABLE tokens DROP COLUMN authorization_partition`,
  ...plain('authorizations', 'id'),
  `ALTER INDEX authorizations_unbounded_sid RENAME TO authorizations_sid`,
  ...plain('interactions', 'id'),
  `ALTER TABLE replays RENAME TO replays_parts`,
  `ALTER TABLE replays_parts DROP CONSTRAINT replays_pkey`,
  `CREATE TABLE replays (key text PRIMARY KEY, expires_at timestamptz NOT NULL)`,
  `CREATE INDEX replays_expires_at ON replays (expires_at)`,
  `INSERT INTO replays SELECT key, max(expires_at) FROM replays_parts GROUP BY key`,
  `DROP TABLE replays_parts`,
];

/** Tokens, authorizations, interactions and replays by when they expire; what a text can name (docs/adr/0150-partitions.md). */
export class Partitions1764000000150 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of up) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    for (const statement of down) await runner.query(statement);
  }
}
