import type { MigrationInterface, QueryRunner } from 'typeorm';

const tables = [
  `CREATE TABLE settings (
     name text PRIMARY KEY,
     value jsonb NOT NULL)`,
  `CREATE TABLE clients (
     id text PRIMARY KEY,
     metadata jsonb NOT NULL,
     secrets jsonb NOT NULL)`,
  `CREATE TABLE accounts (
     subject text PRIMARY KEY,
     username text NOT NULL,
     claims jsonb NOT NULL,
     password_hash text,
     updated_at timestamptz NOT NULL)`,
  `CREATE TABLE account_identifiers (
     value text PRIMARY KEY,
     field text NOT NULL,
     subject text NOT NULL REFERENCES accounts ON DELETE CASCADE)`,
  `CREATE INDEX account_identifiers_subject ON account_identifiers (subject)`,
  `CREATE TABLE sessions (
     sid text PRIMARY KEY,
     secret_hash text NOT NULL,
     subject text NOT NULL,
     amr text[] NOT NULL,
     auth_time timestamptz NOT NULL,
     started_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     ended_at timestamptz)`,
  `CREATE UNIQUE INDEX sessions_secret_hash ON sessions (secret_hash)`,
  `CREATE INDEX sessions_expires_at ON sessions (expires_at)`,
  `CREATE TABLE session_participants (
     sid text NOT NULL REFERENCES sessions ON DELETE CASCADE,
     client_id text NOT NULL,
     joined_at timestamptz NOT NULL,
     PRIMARY KEY (sid, client_id))`,
  `CREATE TABLE interactions (
     id text PRIMARY KEY,
     opened json NOT NULL,
     prompt json NOT NULL,
     answers jsonb NOT NULL,
     expires_at timestamptz NOT NULL)`,
  `CREATE INDEX interactions_expires_at ON interactions (expires_at)`,
  `CREATE TABLE consents (
     subject text NOT NULL,
     client_id text NOT NULL,
     scopes text[] NOT NULL,
     consented_at timestamptz NOT NULL,
     PRIMARY KEY (subject, client_id))`,
  `CREATE TABLE attempts (
     bucket text PRIMARY KEY,
     count integer NOT NULL,
     expires_at timestamptz NOT NULL)`,
  `CREATE INDEX attempts_expires_at ON attempts (expires_at)`,
  `CREATE TABLE authorizations (
     id text PRIMARY KEY,
     client_id text NOT NULL,
     subject text,
     sid text,
     scope text[] NOT NULL,
     detail json NOT NULL,
     granted_at timestamptz NOT NULL,
     revoked_at timestamptz,
     expires_at timestamptz NOT NULL)`,
  `CREATE INDEX authorizations_sid ON authorizations (sid) WHERE sid IS NOT NULL`,
  `CREATE INDEX authorizations_expires_at ON authorizations (expires_at)`,
  `CREATE TABLE tokens (
     hash text PRIMARY KEY,
     kind text NOT NULL,
     id text NOT NULL,
     authorization_id text NOT NULL,
     issued_at timestamptz NOT NULL,
     expires_at timestamptz NOT NULL,
     consumed_at timestamptz,
     revoked_at timestamptz,
     detail json NOT NULL)`,
  `CREATE INDEX tokens_expires_at ON tokens (expires_at)`,
  `CREATE TABLE keys (
     kid text PRIMARY KEY,
     alg text NOT NULL,
     public_jwk jsonb NOT NULL,
     sealed_private_jwk text NOT NULL,
     announced_at timestamptz NOT NULL,
     signs_from timestamptz NOT NULL,
     retired_at timestamptz)`,
  `CREATE INDEX keys_alg ON keys (alg)`,
];

/** A waiting `LISTEN portico_outbox` wakes up when the transaction that appended commits; several rows notify once. */
const outbox = [
  `CREATE TABLE outbox (
     position bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
     id uuid NOT NULL DEFAULT gen_random_uuid(),
     event text NOT NULL,
     data jsonb NOT NULL,
     published_at timestamptz)`,
  `CREATE INDEX outbox_unpublished ON outbox (position) WHERE published_at IS NULL`,
  `CREATE INDEX outbox_published_at ON outbox (published_at) WHERE published_at IS NOT NULL`,
  `CREATE FUNCTION outbox_appended() RETURNS trigger LANGUAGE plpgsql AS
     $$ BEGIN PERFORM pg_notify('portico_outbox', ''); RETURN NULL; END $$`,
  `CREATE TRIGGER outbox_appended AFTER INSERT ON outbox FOR EACH ROW EXECUTE FUNCTION outbox_appended()`,
];

const names = `clients, accounts, account_identifiers, sessions, session_participants, interactions, consents, attempts,
  authorizations, tokens, keys, settings, outbox`;

export class Foundation1764000000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    for (const statement of [...tables, ...outbox]) await runner.query(statement);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE ${names}`);
    await runner.query('DROP FUNCTION outbox_appended');
  }
}
