import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { attemptStore, closeDatabase, openDatabase, type Database } from '@portico/postgres';
import { runCli } from './run.js';

let postgres: EmbeddedPostgres;
let database: Database;

const run = async (...args: string[]) => {
  const said = { out: '', err: '' };
  const code = await runCli(args, {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env: { DATABASE_URL: postgres.url },
  });
  return { code, ...said };
};
interface Page {
  readonly events: readonly Record<string, unknown>[];
  readonly next?: string;
}
const listed = async (...options: string[]) => {
  const { code, out, err } = await run('audit', 'list', ...options, '--json');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  return JSON.parse(out) as Page;
};

beforeAll(async () => {
  postgres = await startEmbeddedPostgres({ ephemeral: true });
  database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  await run('migrate');
  await run('client', 'create', '--name', 'One', '--redirect-uri', 'https://one.example/cb');
  await database.pool.query(
    `INSERT INTO audit_events (at, event, subject, client_id, detail) SELECT now() - n * interval '1 day', 'tokens_issued',
       'anna', 'c' || n, '{"access_token":"t"}' FROM generate_series(1, 20) n`,
  );
}, 120_000);
afterAll(async () => {
  await closeDatabase(database);
  await postgres.stop();
});

test('audit list shows the last seven days, the newest first, and who wrote what', async () => {
  const { code, out } = await run('audit', 'list');
  expect(code).toBe(0);
  expect(out).toMatch(/^AT +EVENT +SUBJECT +CLIENT_ID +ADDRESS +DETAIL\n/);
  expect(out).toMatch(/^\d{4}-[-0-9T:.]+Z +client_created +[0-9a-f]{24} +\{\}$/m);
  expect(out).toMatch(/^\d{4}-[-0-9T:.]+Z +tokens_issued +anna +c1 +\{"access_token":"t"\}$/m);
  expect(out).not.toContain(' c8 ');
  const { events, next } = await listed();
  expect(next).toBeUndefined();
  expect(events[0]).toMatchObject({ event: 'client_created', process: 'portico-cli' });
  expect(events.map(({ client_id: id }) => id).slice(1)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5', 'c6']);
});

test('of a person, a client, an event, a time; page by page', async () => {
  expect((await listed('--client', 'c3')).events).toHaveLength(1);
  expect((await listed('--subject', 'nobody')).events).toEqual([]);
  expect((await listed('--event', 'client_created')).events).toHaveLength(1);
  expect((await listed('--subject', 'anna', '--since', '30d')).events).toHaveLength(20);
  const day = new Date(Date.now() - 9.5 * 86_400_000).toISOString();
  expect((await listed('--since', day, '--until', '190h')).events).toMatchObject([
    { client_id: 'c8' },
    { client_id: 'c9' },
  ]);
  expect((await listed('--since', day.slice(0, 10), '--until', day)).events.length).toBeLessThanOrEqual(1);
  const clients: unknown[] = [];
  for (let next: string | undefined = ''; next !== undefined;) {
    const page: Page = await listed(
      '--subject',
      'anna',
      '--since',
      '30d',
      '--limit',
      '7',
      ...(next ? ['--after', next] : []),
    );
    clients.push(...page.events.map(({ client_id: id }) => id));
    next = page.next;
  }
  expect(clients).toEqual(Array.from({ length: 20 }, (_, index) => `c${index + 1}`));
  expect((await run('audit', 'list', '--limit', '2')).out).toMatch(/\nMore: --after \d+\.[-0-9a-f]{36}\n$/);
});

test('what a browser calls itself steers no terminal', async () => {
  const by = { requestId: 'r', ip: '\u001b[2J', userAgent: 'x' };
  await attemptStore(database).failed({ authenticator: 'password', subject: 'eve\u001b]0;x\u0007' }, by);
  const { out } = await run('audit', 'list', '--event', 'sign_in_failed');
  expect(out).toContain('eve\ufffd]0;x\ufffd');
  expect(out).not.toContain('\u001b');
});

test.each([
  ['--event', 'anything', 'event: '],
  ['--since', 'yesterday', 'since: must be a date'],
  ['--until', '2027-13-01', 'until: must be a date'],
  ['--limit', '0', 'limit: '],
  ['--limit', '1001', 'limit: '],
  ['--limit', 'many', 'limit: '],
  ['--after', "1.'; DROP TABLE audit_events", 'after: must be the next of the page before'],
  ['--subject', '', 'subject: '],
  ['--client', 'x'.repeat(2_000), 'client: '],
])('%s: what does not fit is refused, in a line of its own', async (option, value, fault) => {
  const { code, err } = await run('audit', 'list', option, value);
  expect(code).toBe(1);
  expect(err).toContain(fault);
  expect(err.split('\n')).toHaveLength(2);
});

test('help tells the options', async () => {
  expect((await run('help', 'audit', 'list')).out).toMatch(/--event EVENT +one of signed_in, sign_in_failed/);
  expect((await run('audit', 'list', '--before', 'x')).code).toBe(2);
});
