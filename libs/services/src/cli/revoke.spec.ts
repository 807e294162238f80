import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import {
  accountStore,
  closeDatabase,
  openDatabase,
  outbox,
  sessionStore,
  tokenStore,
  type Database,
} from '@portico/postgres';
import { PassThrough } from 'node:stream';
import { runCli } from './run.js';

let postgres: EmbeddedPostgres;
let database: Database;

const run = async (line: string, input = '') => {
  const said = { out: '', err: '' };
  const stdin = new PassThrough();
  stdin.end(input);
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { DATABASE_URL: postgres.url },
    stdin,
  });
  return { code, ...said };
};
const now = Math.floor(Date.now() / 1000);
const token = (authorizationId: string) => ({
  kind: 'access_token' as const,
  hash: `hash-${authorizationId}`,
  id: `${authorizationId}.1`,
  authorizationId,
  issuedAt: now,
  expiresAt: now + 600,
  scope: [],
  audience: [],
  format: 'jwt' as const,
});
const grant = async (id: string, of: { clientId: string; subject?: string }) => {
  const authorization = { id, scope: ['offline_access'], resources: [], grantedAt: now, expiresAt: now + 600, ...of };
  await tokenStore(database).begin(authorization, [token(id)]);
};
const isRevoked = async (id: string) => (await tokenStore(database).find(`hash-${id}`))?.token.revokedAt !== undefined;

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});

test('account sign-out ends the sessions and the tokens of one person, and says how many', async () => {
  for (const name of ['anna', 'bert'])
    expect(await run(`account create ${name} --password-stdin`, 'a good long password\n')).toMatchObject({ code: 0 });
  const subjectOf = async (name: string) => (await accountStore(database).findByIdentifier(name))!.account.subject;
  const [anna, bert] = [await subjectOf('anna'), await subjectOf('bert')];
  for (const [sid, subject] of [
    ['one', anna],
    ['two', bert],
  ] as const) {
    const times = { authTime: now, startedAt: now, lastUsedAt: now, expiresAt: now + 600 };
    await sessionStore(database).start({ sid, subject, amr: ['pwd'], ...times }, `secret-${sid}`);
    await grant(sid, { clientId: 'c', subject });
  }
  expect(await run('account sign-out anna')).toMatchObject({
    code: 0,
    out: 'anna is signed out: 1 session has ended.\n',
  });
  expect([await isRevoked('one'), await isRevoked('two')]).toEqual([true, false]);
  expect(await sessionStore(database).find('secret-one', now)).toBeUndefined();
  expect(await sessionStore(database).find('secret-two', now)).toBeDefined();
  const again = await run('account sign-out anna --json');
  expect(JSON.parse(again.out)).toEqual({ username: 'anna', sids: [] });
  const told: string[] = [];
  await outbox(database).drain(({ event }) => Promise.resolve(void told.push(event)), 10);
  expect(told).toEqual(['subjectRevoked', 'subjectRevoked']);
});

test('client revoke ends the tokens of one client', async () => {
  const { out } = await run('client create --grant-type client_credentials --json');
  const { client_id: clientId } = JSON.parse(out) as { client_id: string };
  await grant('three', { clientId });
  await grant('four', { clientId: 'another' });
  expect(await run(`client revoke ${clientId}`)).toMatchObject({
    code: 0,
    out: `The tokens of ${clientId} have ended.\n`,
  });
  expect([await isRevoked('three'), await isRevoked('four')]).toEqual([true, false]);
});

test('who is not there is a fault, who is missing a wrong call', async () => {
  expect(await run('account sign-out nobody')).toMatchObject({ code: 1, err: 'username: names no account\n' });
  expect(await run('client revoke nobody')).toMatchObject({ code: 1, err: 'client_id: names no client\n' });
  expect((await run('account sign-out')).code).toBe(2);
  expect((await run('client revoke')).code).toBe(2);
});
