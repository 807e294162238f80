import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { testDatabase, type TestDatabase } from '@portico/testing';
import { Client } from 'pg';
import { runOn } from './statement.js';
import {
  accountStore,
  closeDatabase,
  migrate,
  openDatabase,
  registrations,
  sessionStore,
  tokenStore,
  type Database,
} from './index.js';

// Two connections, of which one waits for the other: what happens in between is what no clock can tell.

const at = 1_800_000_000;

let server: TestDatabase;
let database: Database;
let other: Client;
beforeAll(async () => {
  server = await testDatabase();
  database = await openDatabase({ url: server.url, poolSize: 3, applicationName: 'sessions-at-once.spec' });
  await migrate(database);
});
afterAll(async () => {
  await closeDatabase(database);
  await server.remove();
});

let anna: { subject: string; username: string };
let sid: string;
beforeEach(async () => {
  other = new Client({ connectionString: server.url, application_name: 'other' });
  other.on('error', () => undefined);
  await other.connect();
  anna = { subject: randomUUID(), username: randomUUID() };
  sid = randomUUID();
  await registrations(database).save([], [{ account: { ...anna, claims: {}, updatedAt: at }, passwordHash: 'old' }]);
  const times = { authTime: at, startedAt: at, lastUsedAt: at, expiresAt: at + 1000 };
  await sessionStore(database).start({ sid, subject: anna.subject, amr: ['pwd'], ...times }, randomUUID());
});
afterEach(async () => {
  await other.end();
});

/** The process that waits for a lock, once there is one. */
const waiting = async (): Promise<number> => {
  for (const giveUpAt = Date.now() + 20_000; Date.now() < giveUpAt;) {
    const { rows } = await database.pool.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'`,
    );
    if (rows[0]) return rows[0].pid;
    await pause(10);
  }
  throw new Error('nobody waits');
};
const beginOn = async (tokens: ReturnType<typeof tokenStore>, scope: readonly string[]) => {
  const id = randomUUID();
  const times = { grantedAt: at + 1, expiresAt: at + 600 };
  const { subject } = anna;
  const token = { hash: randomUUID(), id: randomUUID(), authorizationId: id, issuedAt: at + 1, expiresAt: at + 600 };
  await tokens.begin({ id, clientId: 'c', subject, sid, scope, resources: [], ...times }, [
    { ...token, kind: 'refresh_token' },
  ]);
  return token.hash;
};
const isRevoked = async (hash: string) => (await tokenStore(database).find(hash))?.token.revokedAt !== undefined;

describe.each([[['openid']], [['openid', 'offline_access']]])(
  'RFC 7009 §2.1: a person is signed out at one second, while a client is let do something in the next: %j',
  (scope) => {
    test('that has begun: the signing out waits for it, and it ends too', async () => {
      await other.query('BEGIN');
      const hash = await beginOn(tokenStore({ run: runOn(other) }), scope);
      const signedOut = registrations(database).signOut(anna.username, at);
      await waiting();
      await other.query('COMMIT');
      expect(await signedOut).toEqual([sid]);
      expect(await isRevoked(hash)).toBe(true);
    });

    test('that begins: it waits for the signing out, and is born revoked', async () => {
      await other.query('BEGIN');
      await registrations({ ...database, run: runOn(other) }).signOut(anna.username, at);
      const begun = beginOn(tokenStore(database), scope);
      await waiting();
      await other.query('COMMIT');
      expect(await isRevoked(await begun)).toBe(true);
    });
  },
);

describe('OWASP ASVS 5.0 §7.4.3: another password, and the end of the sessions', () => {
  const passwordHash = async () => (await accountStore(database).findByIdentifier(anna.username))?.passwordHash;
  const isLive = async () => (await sessionStore(database).findBySid(sid, at)) !== undefined;

  test('whoever is killed between the two has done neither', async () => {
    await other.query('BEGIN');
    await other.query('SELECT FROM sessions WHERE sid = $1 FOR SHARE', [sid]);
    const set = registrations(database).setPassword(anna.username, 'new', at);
    const killed = expect(set).rejects.toThrow();
    await database.pool.query('SELECT pg_terminate_backend($1)', [await waiting()]);
    await killed;
    await other.query('COMMIT');
    expect([await passwordHash(), await isLive()]).toEqual(['old', true]);
    expect(await registrations(database).setPassword(anna.username, 'new', at)).toEqual([sid]);
    expect([await passwordHash(), await isLive()]).toEqual(['new', false]);
  });
});
