import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { accessKeyStore, closeDatabase, openDatabase, type Database } from '@portico/postgres';
import { argon2Passwords } from '../common/passwords.js';
import { runCli } from './run.js';

let postgres: EmbeddedPostgres;
let database: Database;
let clientId: string;

const run = async (line: string) => {
  const said = { out: '', err: '' };
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { DATABASE_URL: postgres.url },
  });
  return { code, ...said };
};

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
  const { out } = await run('client create --grant-type client_credentials --json');
  clientId = (JSON.parse(out) as { client_id: string }).client_id;
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});

test('create shows the secret once, list never; disable, enable, delete', async () => {
  const made = await run(`access-key create ${clientId}`);
  const [, key = '', secret = ''] = /^access_key {2}([0-9a-f]{24})\nsecret {6}([A-Za-z0-9]{43})\n/.exec(made.out) ?? [];
  expect(made).toMatchObject({ code: 0, err: '' });
  const stored = await accessKeyStore(database).find(key);
  expect(stored).toMatchObject({ key: { clientId }, client: { id: clientId } });
  expect(await argon2Passwords().verify(secret, stored?.key.hash)).toBe(true);

  const listed = await run('access-key list');
  expect(listed.out).toMatch(new RegExp(`^${key} {2}${clientId} {2}[-0-9T:.Z]+ +enabled$`, 'm'));
  expect(await run(`access-key disable ${key}`)).toMatchObject({ code: 0, out: `${key} is disabled now.\n` });
  expect((await run(`access-key list --client ${clientId}`)).out).toMatch(/disabled \d{4}-/);
  expect(await run(`access-key enable ${key}`)).toMatchObject({ code: 0, out: `${key} is enabled now.\n` });
  const json = (await run('access-key list --json')).out;
  expect(JSON.parse(json)).toMatchObject([{ access_key: key, client_id: clientId }]);
  expect(listed.out + json).not.toMatch(new RegExp(`${secret}|argon2`));
  expect(await run(`access-key delete ${key}`)).toMatchObject({ code: 0 });
  expect(JSON.parse((await run('access-key list --json')).out)).toEqual([]);
});

test('what is not there is a fault, what is missing a wrong call', async () => {
  expect(await run('access-key create nobody')).toMatchObject({ code: 1, err: 'client_id: names no client\n' });
  expect(await run('access-key disable nothing')).toMatchObject({ code: 1, err: 'access_key: names no access key\n' });
  expect((await run('access-key enable')).code).toBe(2);
});
