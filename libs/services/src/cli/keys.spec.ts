import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { systemClock } from '@portico/endpoint';
import { establishKeys, openKeySet, SealBroken, unseal } from '@portico/jwt';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { clientStore, closeDatabase, keyStore, openDatabase, type Database } from '@portico/postgres';
import { loadConfig, Secret } from '@portico/config';
import { sealKeysOf } from '../common/secret.js';
import { runCli } from './run.js';

const [before, after] = [
  'the secret before, for tests, of 32 or more',
  'the secret after it, for tests, of 32 or more',
];
let postgres: EmbeddedPostgres;
let database: Database;

const runWith = async (env: Record<string, string>, line: string) => {
  const said = { out: '', err: '' };
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { DATABASE_URL: postgres.url, ...env },
  });
  return { code, ...said };
};
const run = (line: string) => runWith({ PORTICO_SECRET: before }, line);
const sealKeys = (secret: string) => sealKeysOf({ secret: new Secret(secret) });
const needs = () => ({ keys: keyStore(database), sealKey: sealKeys(before).keys, clock: systemClock });

interface Described {
  readonly kid: string;
  readonly alg: string;
  readonly state: string;
}
const listed = async (): Promise<Described[]> => JSON.parse((await run('keys list --json')).out) as Described[];
const statesOf = async (wanted: string) =>
  (await listed()).filter(({ alg }) => alg === wanted).map(({ state }) => state);

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});
beforeEach(async () => {
  await keyStore(database).change(() => [], 0);
  await establishKeys(needs());
});

test('list shows every key with its state and times, and no private half', async () => {
  const { code, out, err } = await run('keys list');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^KID +ALG +STATE +ANNOUNCED +SIGNS FROM +RETIRES +GOES\n/);
  expect(out.match(/^[\w-]{43} {2}(RS256|PS256|ES256|EdDSA) +signing +\d{4}-\S+ {2}\d{4}-\S+$/gm)).toHaveLength(4);
  expect(out + (await run('keys list --json')).out).not.toMatch(/v1\.|"d"|sealed/);
});

test('rotate announces one successor, however often; --now lets it sign', async () => {
  expect((await run('keys rotate --alg ES256')).out).toContain('The new keys are announced');
  await run('keys rotate --alg ES256');
  expect(await statesOf('ES256')).toEqual(['signing', 'announced']);
  expect(await statesOf('RS256')).toEqual(['signing']);
  await run('keys rotate --now');
  expect(await statesOf('ES256')).toEqual(['retired', 'signing']);
  expect(await statesOf('RS256')).toEqual(['retired', 'signing']);
  expect(await run('keys rotate --alg HS256')).toMatchObject({
    code: 2,
    err: expect.stringContaining('--alg: must be one of'),
  });
});

test('revoke: the key is gone, a successor signs', async () => {
  const [leaked] = (await listed()).filter(({ alg }) => alg === 'ES256');
  expect(await run(`keys revoke ${leaked!.kid}`)).toMatchObject({ code: 0 });
  expect((await listed()).map(({ kid }) => kid)).not.toContain(leaked!.kid);
  expect(await statesOf('ES256')).toEqual(['signing']);
  expect(await run(`keys revoke ${leaked!.kid}`)).toMatchObject({ code: 1, err: 'kid: names no signing key\n' });
  const { rows } = await database.pool.query(`SELECT 1 FROM outbox WHERE event = 'keysChanged'`);
  expect(rows.length).toBeGreaterThan(0);
});

test('reseal: a new secret with the one before opens everything; afterwards the one before is not needed', async () => {
  const both = { PORTICO_SECRET: after, PORTICO_SECRET_PREVIOUS: before };
  const created = await run(
    'client create --auth-method client_secret_jwt --redirect-uri https://rp.example/cb --json',
  ).then(({ code, out, err }) => {
    expect({ code, err }).toEqual({ code: 0, err: '' });
    return JSON.parse(out) as { client_id: string; client_secret: string };
  });
  const stored = async () => (await clientStore(database).find(created.client_id))!.secrets[0]!.sealed!;
  expect(unseal(await stored(), created.client_id, sealKeys(before).clientSecrets)).toBe(created.client_secret);

  expect(await runWith({ PORTICO_SECRET: after }, 'keys reseal')).toMatchObject({
    code: 1,
    err: expect.stringContaining('does not open'),
  });
  await runWith(both, 'keys rotate --alg ES256');
  const mixed = await keyStore(database).list();
  expect(() =>
    openKeySet(mixed, sealKeysOf({ secret: new Secret(after), previous: new Secret(before) }).keys, systemClock()),
  ).not.toThrow();
  expect((await runWith(both, 'keys reseal')).out).toBe(
    'Sealed anew: 5. Everything is sealed by PORTICO_SECRET now.\n',
  );
  expect((await runWith(both, 'keys reseal --json')).out).toContain('"resealed": 0');
  expect((await runWith({ PORTICO_SECRET: after }, 'keys reseal')).out).toContain('Sealed anew: 0.');
  expect(unseal(await stored(), created.client_id, sealKeys(after).clientSecrets)).toBe(created.client_secret);
  const keys = await keyStore(database).list();
  expect(() => openKeySet(keys, sealKeys(after).keys, systemClock())).not.toThrow();
  expect(() => openKeySet(keys, sealKeys(before).keys, systemClock())).toThrow(SealBroken);
  expect(loadConfig(both).PORTICO_SECRET_PREVIOUS?.reveal()).toBe(before);
});

test('without the secret of the installation nothing is done', async () => {
  expect(await runWith({}, 'keys list')).toMatchObject({ code: 1, err: expect.stringContaining('PORTICO_SECRET') });
});
