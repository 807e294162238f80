import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { closeDatabase, logoutDeliveryStore, openDatabase, sessionStore, type Database } from '@portico/postgres';
import { runCli } from './run.js';

let postgres: EmbeddedPostgres;
let database: Database;

const run = async (line: string) => {
  const said = { out: '', err: '' };
  const code = await runCli(line.split(' '), {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { DATABASE_URL: postgres.url },
  });
  return { code, ...said };
};
const now = Math.floor(Date.now() / 1000);
const listed = async (options = ''): Promise<unknown> => JSON.parse((await run(`logout list${options} --json`)).out);

/** A session that a client was in has ended, and this came of telling it. */
const told = async (sid: string, clientId: string, outcome: { state: 'failed' | 'delivered'; status: number }) => {
  const query = (text: string, values: unknown[]) => database.pool.query(text, values);
  await query(
    `INSERT INTO sessions (sid, secret_hash, subject, amr, auth_time, started_at, expires_at)
     VALUES ($1, $1, 'anna', '{pwd}', now(), now(), now() + interval '1 hour')`,
    [sid],
  );
  await query('INSERT INTO session_participants (sid, client_id, joined_at) VALUES ($1, $2, now())', [sid, clientId]);
  await sessionStore(database).end(sid, 'test', now);
  const delivery = await logoutDeliveryStore(database).take({ sid, clientId }, now);
  await logoutDeliveryStore(database).settle({ id: delivery!.id, at: now, ...outcome });
};

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
  await database.pool.query(
    `INSERT INTO clients (id, metadata, secrets)
     SELECT id, '{"backchannel_logout_uri":"https://a.example/logout"}', '[]' FROM unnest(ARRAY['one', 'two']) id`,
  );
  await told('first', 'one', { state: 'delivered', status: 200 });
  await told('second', 'one', { state: 'failed', status: 400 });
  await told('third', 'two', { state: 'failed', status: 400 });
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});

test('logout list shows how each delivery stands, and only those that are asked for', async () => {
  const { code, out } = await run('logout list --client one');
  expect(code).toBe(0);
  expect(out).toMatch(/^SID +CLIENT_ID +STATE +ATTEMPTS +WHEN +LAST\n/);
  expect(out).toMatch(/^first +one +delivered +1 +\d{4}-[-0-9T:.]+Z +answered 200$/m);
  expect(out).toMatch(/^second +one +failed +1 +\d{4}-[-0-9T:.]+Z +answered 400$/m);
  expect(out).not.toContain('third');
  expect(await listed(' --failed')).toMatchObject([{ sid: 'second' }, { sid: 'third' }]);
  expect(await listed(' --sid first')).toEqual([
    {
      sid: 'first',
      client_id: 'one',
      state: 'delivered',
      attempts: 1,
      last_status: 200,
      since: now,
      last_attempt_at: now,
      delivered_at: now,
    },
  ]);
  expect(await listed(' --sid nobody')).toEqual([]);
});

test('logout retry has those tried again that were given up: of one client, then all', async () => {
  expect(await run('logout retry --client two')).toMatchObject({
    code: 0,
    out: 'Deliveries that are tried again: 1.\n',
  });
  expect(await listed(' --failed')).toMatchObject([{ sid: 'second' }]);
  expect(await listed(' --client two')).toMatchObject([{ state: 'pending', attempts: 0 }]);
  expect((await run('logout list --client two')).out).toMatch(/^third +two +pending +0 +next \d{4}-/m);
  expect(JSON.parse((await run('logout retry --json')).out)).toEqual({ count: 1 });
  expect(JSON.parse((await run('logout retry --json')).out)).toEqual({ count: 0 });
  expect(await listed(' --sid first')).toMatchObject([{ state: 'delivered' }]);
});

test('an option that is not there is a wrong call', async () => {
  expect((await run('logout list --state failed')).code).toBe(2);
  expect((await run('logout retry one')).code).toBe(2);
});
