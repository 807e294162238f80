import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { closeDatabase, openDatabase, sessionStore, tokenStore, type Database } from '@portico/postgres';
import { PassThrough } from 'node:stream';
import { runCli } from './run.js';

let postgres: EmbeddedPostgres;
let database: Database;
let subject: string;
let count = 0;

const run = async (line: string, input?: string) => {
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
const jsonOf = ({ out }: { out: string }): unknown => JSON.parse(out);

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
  const made = await run('account create anna --email anna@example.test --password-stdin --json', 'first');
  ({ subject } = jsonOf(made) as { subject: string });
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});

const now = () => Math.floor(Date.now() / 1000);
const windows = 'Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 Chrome/126.0.0.0 Safari/537.36';
/** A session with one authorization of each kind; answers its name and the hashes of their tokens. */
const start = async (sid = `s${(count += 1)}`) => {
  const at = now();
  const times = { authTime: at, startedAt: at + count, lastUsedAt: at, expiresAt: at + 600 };
  const place = { userAgent: windows, ip: '192.0.2.1' };
  await sessionStore(database).start({ sid, subject, amr: ['pwd'], ...times, ...place }, `hash of ${sid}`);
  const begin = async (scope: string) => {
    const id = `${scope} ${sid}`;
    const authorization = {
      id,
      clientId: 'shop',
      subject,
      sid,
      scope: [scope],
      resources: [],
      grantedAt: at,
      expiresAt: at + 600,
    };
    const token = {
      kind: 'refresh_token' as const,
      hash: id,
      id,
      authorizationId: id,
      issuedAt: at,
      expiresAt: at + 600,
    };
    await tokenStore(database).begin(authorization, [token]);
    return id;
  };
  return { sid, bound: await begin('openid'), offline: await begin('offline_access') };
};
const holds = async (hash: string) => (await tokenStore(database).find(hash))?.token.revokedAt === undefined;
const factsSince = async (position: number) => {
  const { rows } = await database.pool.query<{ position: string; event: string; data: Record<string, unknown> }>(
    'SELECT position, event, data FROM outbox WHERE position > $1 ORDER BY position',
    [position],
  );
  return rows;
};
const lastFact = async () => Number((await factsSince(0)).at(-1)?.position ?? 0);

test('list shows browser, place and applications, by every name of the person', async () => {
  const [{ sid: one }, { sid: two }] = [await start(), await start()];
  const { code, out } = await run('session list --account anna');
  expect(code).toBe(0);
  expect(out).toMatch(/^SID +BROWSER +ADDRESS +SIGNED IN +LAST USED +CLIENTS\n/);
  const line = (sid: string) =>
    new RegExp(`^${sid} +Chrome on Windows +192\\.0\\.2\\.1 +[-0-9T:.]+Z +[-0-9T:.]+Z +shop$`, 'm');
  expect(out).toMatch(line(one));
  expect(out.indexOf(`\n${two} `)).toBeLessThan(out.indexOf(`\n${one} `));
  for (const named of ['ANNA@example.test', subject])
    expect(jsonOf(await run(`session list --account ${named} --json`))).toMatchObject([
      { sid: two, browser: 'Chrome', system: 'Windows', ip: '192.0.2.1', client_ids: ['shop'] },
      { sid: one },
    ]);
  expect(out).not.toContain('hash of');
  await run('session end --account anna');
});

test('end of one: its tokens end with it, the fact waits to be told, and a second time is refused', async () => {
  const [{ sid, bound, offline }, other] = [await start(), await start()];
  const before = await lastFact();
  expect(await run(`session end ${sid}`)).toEqual({ code: 0, out: `${sid}\n1 ended.\n`, err: '' });
  expect([await holds(bound), await holds(offline), await holds(other.bound)]).toEqual([false, true, true]);
  expect((await factsSince(before)).map(({ event, data }) => ({ event, data }))).toEqual([
    {
      event: 'sessionEnded',
      data: { sid, subject, reason: 'ended_by_administrator', at: expect.any(Number), authorizationIds: [bound] },
    },
  ]);
  expect(await run(`session end ${sid}`)).toEqual({
    code: 1,
    out: '',
    err: 'sid: names no session that goes on\n',
  });
});

test('a name may begin with a dash, as an operand and as a value', async () => {
  const { sid } = await start('-3AOOWBHVEU3pwRsmaXkEvHaupmcrDHmlHeb06dnH5A');
  const again = await start('--AOOWBHVEU3pwRsmaXkEvHaupmcrDHmlHeb06dnH5A');
  expect(await run(`session end ${sid}`)).toEqual({ code: 0, out: `${sid}\n1 ended.\n`, err: '' });
  expect(await run(`session end ${again.sid}`)).toMatchObject({ code: 0 });
  expect(await run(`logout list --sid ${sid}`)).toMatchObject({ code: 0 });
  expect(await run('session end -x')).toMatchObject({ code: 2 });
});

test('end of a person’s: every session, and with --all what outlives them', async () => {
  const [one, two] = [await start(), await start()];
  const { ended } = jsonOf(await run('session end --account anna --json')) as { ended: string[] };
  expect(ended).toEqual(expect.arrayContaining([one.sid, two.sid]));
  expect([await holds(two.bound), await holds(two.offline)]).toEqual([false, true]);
  expect(await run('session end --account anna')).toMatchObject({ code: 0, out: 'There was no session to end.\n' });
  const three = await start();
  expect(jsonOf(await run('session end --account anna --all --json'))).toEqual({ ended: [three.sid] });
  expect([await holds(two.offline), await holds(three.offline), await holds(three.bound)]).toEqual([
    false,
    false,
    false,
  ]);
});

test('another password ends the sessions of the one before', async () => {
  const { sid, bound } = await start();
  const before = await lastFact();
  expect(await run('account passwd anna --password-stdin', 'second')).toMatchObject({
    code: 0,
    out: 'anna has another password now. Sessions that were ended: 1.\n',
  });
  expect(await holds(bound)).toBe(false);
  expect(await factsSince(before)).toMatchObject([{ data: { sid, reason: 'password_changed' } }]);
});

test.each([
  ['session list', '--account is missing'],
  ['session end', 'SID or --account is missing'],
  ['session end --all', 'SID or --account is missing'],
  ['session end s1 --all', 'SID or --account is missing'],
  ['session end s1 --account anna', 'either SID or --account, not both'],
  ['session end s1 s2', 's2: was not expected'],
])('portico %s is called wrongly', async (line, fault) => {
  expect(await run(line)).toEqual({ code: 2, out: '', err: `${fault}\nportico help tells how it is called\n` });
});

test.each(['session list', 'session end'])('%s: nobody of that name', async (line) => {
  expect(await run(`${line} --account nobody`)).toEqual({ code: 1, out: '', err: 'account: names nobody\n' });
});
