import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { runningPostgres, startEmbeddedPostgres, type EmbeddedPostgres } from '@portico/local';
import { accountStore, clientStore, closeDatabase, openDatabase, type Database } from '@portico/postgres';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { argon2Passwords } from '../common/passwords.js';
import { runCli } from './run.js';

const example = fileURLToPath(new URL('../../../../portico.example.yaml', import.meta.url));
const passwords = argon2Passwords();

/** Runs a command as `npm run portico --` does, with `input` on standard input. */
const runIn = (env: Record<string, string>) => async (line: string[], input?: string) => {
  const said = { out: '', err: '' };
  const stdin = new PassThrough();
  stdin.end(input);
  const code = await runCli(line, {
    stdout: { write: (text) => (said.out += text) },
    stderr: { write: (text) => (said.err += text) },
    env,
    stdin,
  });
  return { code, ...said };
};

const words = (line: string): string[] => line.split(' ');
const jsonOf = ({ out }: { out: string }): unknown => JSON.parse(out);

describe('on the database of DATABASE_URL', () => {
  let postgres: EmbeddedPostgres;
  let database: Database;
  let run: ReturnType<typeof runIn>;

  beforeAll(async () => {
    postgres = await startEmbeddedPostgres({ ephemeral: true });
    run = runIn({ DATABASE_URL: postgres.url });
    database = await openDatabase({ url: postgres.url, poolSize: 2, applicationName: 'test' });
  }, 120_000);
  afterAll(async () => {
    await closeDatabase(database);
    await postgres.stop();
  });

  test('before migrate every other command says what is missing', async () => {
    expect(await run(words('client list'))).toEqual({
      code: 1,
      out: '',
      err: 'the tables of the database are not up to date: run portico migrate\n',
    });
  });

  test('migrate, twice', async () => {
    const done = { code: 0, out: 'The tables are up to date.\n', err: '' };
    expect(await run(['migrate'])).toEqual(done);
    expect(await run(['migrate'])).toEqual(done);
  });

  test('apply, twice', async () => {
    const first = await run(['apply', example, '--json']);
    expect(first.code).toBe(0);
    expect((jsonOf(first) as { change: string }[]).map(({ change }) => change)).toEqual(Array(5).fill('created'));
    const second = await run(['apply', example]);
    expect(second.out).toMatch(/^KIND {5}NAME +CHANGE\nclient {3}5c9b079883e333d55a101082 {2}unchanged\n/);
    expect(second.out.match(/unchanged/g)).toHaveLength(5);
  });

  test('apply of a wrong file tells every fault on a line of its own and changes nothing', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'portico-cli-')), 'wrong.yaml');
    await writeFile(
      file,
      'clients: [{ client_id: wrong, client_secret: hunter2, dpop_bound_access_tokens: true }]\naccounts: [{ username: wrong, email: x }]',
    );
    expect(await run(['apply', file])).toEqual({
      code: 1,
      out: '',
      err: [
        'clients[0].dpop_bound_access_tokens: is not implemented yet',
        'accounts[0].email: must be an e-mail address',
        'clients[0].redirect_uris: is required for the grant authorization_code',
        '',
      ].join('\n'),
    });
    expect(await clientStore(database).find('wrong')).toBeUndefined();
    await rm(join(file, '..'), { recursive: true });
  });

  test('an identifier that belongs to somebody else is a fault with its place', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-cli-'));
    const file = join(folder, 'taken.yaml');
    await writeFile(file, 'accounts: [{ username: eve, email: ALICE@example.test }]');
    expect(await run(['apply', file])).toMatchObject({
      code: 1,
      err: 'accounts[0].email: belongs to an account that the file does not name\n',
    });
    await rm(folder, { recursive: true });
  });

  test('user names may move from one account to another in one apply', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-cli-'));
    const file = join(folder, 'portico.yaml');
    await writeFile(file, 'accounts: [{ username: ann, subject: s1 }, { username: ben, subject: s2 }]');
    expect(await run(['apply', file])).toMatchObject({ code: 0, err: '' });
    await writeFile(file, 'accounts: [{ username: ben, subject: s1 }, { username: ann, subject: s2 }]');
    expect(await run(['apply', file])).toMatchObject({ code: 0, err: '' });
    expect((await accountStore(database).findByIdentifier('ANN'))?.account.subject).toBe('s2');
    await rm(folder, { recursive: true });
  });

  test('instances that apply the same new file at once agree', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-cli-'));
    const file = join(folder, 'portico.yaml');
    await writeFile(
      file,
      `clients: [{ client_name: Once, client_secret: s, grant_types: [client_credentials] }]
accounts: [{ username: once, password: x }, { username: twice, email: once@example.test }]`,
    );
    const done = await Promise.all(Array.from({ length: 6 }, () => run(['apply', file])));
    expect(done.map(({ code, err }) => `${code}${err}`)).toEqual(Array(6).fill('0'));
    const named = await database.dataSource.query<unknown[]>(
      "SELECT 1 FROM clients WHERE metadata->>'client_name' = 'Once'",
    );
    expect(named).toHaveLength(1);
    await rm(folder, { recursive: true });
  });

  test('client create shows the secret once, client list never', async () => {
    const made = await run([...words('client create --redirect-uri https://rp.example/cb --name'), 'My shop']);
    const [, id = '', secret = ''] =
      /^client_id {6}([0-9a-f]{24})\nclient_secret {2}([A-Za-z0-9]{43})\n/.exec(made.out) ?? [];
    expect(made).toMatchObject({ code: 0, err: '' });
    const stored = await clientStore(database).find(id);
    expect(await passwords.verify(secret, stored?.secrets[0]?.hash)).toBe(true);
    const listed = await run(words('client list'));
    expect(listed.out).toMatch(new RegExp(`^${id} {2}My shop +client_secret_basic +authorization_code$`, 'm'));
    const all = listed.out + (await run(words('client list --json'))).out;
    expect(all).not.toContain(secret);
    expect(all).not.toContain('argon2');
  });

  test('Dynamic Client Registration §2: no http callback for tokens, unless the file says so', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'portico-cli-'));
    const file = join(folder, 'portico.yaml');
    const declared = (more: string) => `clients:
  - client_id: implicit
    client_secret: s
    grant_types: [implicit]
    response_types: [id_token]
    redirect_uris: [https://rp.example/cb, http://rp.example/cb]
${more}`;
    await writeFile(file, declared(''));
    const refused = await run(['apply', file]);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.err).toMatch(/^clients\[0\]\.redirect_uris\[1\]: http:\/\/rp\.example\/cb must use https .*\n$/);
    expect(refused.err).toContain('allow_http_redirect_uris');
    expect(await clientStore(database).find('implicit')).toBeUndefined();
    await writeFile(file, declared('    allow_http_redirect_uris: true'));
    expect(await run(['apply', file])).toMatchObject({ code: 0, err: '' });
    await rm(folder, { recursive: true });
  });

  test('client create of a public client, as JSON', async () => {
    const made = await run(words('client create --public --id spa --redirect-uri https://rp.example/cb --json'));
    expect(jsonOf(made)).toEqual({ client_id: 'spa' });
  });

  test('client create tells every fault by the name of the setting', async () => {
    const made = await run(words('client create --redirect-uri nowhere --grant-type magic'));
    expect(made.code).toBe(1);
    expect(made.err.split('\n').map((line) => line.split(':')[0])).toEqual(['redirect_uris[0]', 'grant_types[0]', '']);
  });

  test.each([
    [[], 86_400],
    [['--overlap', '60'], 60],
    [['--overlap', '0'], 0],
  ])('client rotate-secret %j: the secret before ends', async (overlap, seconds) => {
    const { client_id: id } = jsonOf(await run(words('client create --redirect-uri https://rp.example/cb --json'))) as {
      client_id: string;
    };
    const now = Math.floor(Date.now() / 1000);
    const rotated = await run(['client', 'rotate-secret', id, ...overlap]);
    const [, secret = ''] = /^client_secret {2}([A-Za-z0-9]{43})$/m.exec(rotated.out) ?? [];
    const secrets = (await clientStore(database).find(id))?.secrets ?? [];
    const fitting = await Promise.all(secrets.map(({ hash }) => passwords.verify(secret, hash)));
    expect(fitting.filter(Boolean)).toHaveLength(1);
    const [fresh, before] = [secrets[fitting.indexOf(true)], secrets[fitting.indexOf(false)]];
    expect(fresh).not.toHaveProperty('expiresAt');
    expect(secrets).toHaveLength(2);
    expect((before?.expiresAt ?? 0) - now - seconds).toBeGreaterThanOrEqual(0);
    expect((before?.expiresAt ?? 0) - now - seconds).toBeLessThan(10);
  });

  test('account create and passwd take the password from standard input', async () => {
    const made = await run(words('account create carol --email carol@example.test --password-stdin'), 'first one\n');
    expect(made.out).toMatch(/^username {2}carol\nsubject {3}[0-9a-f]{24}\n$/);
    const hashOf = async () => (await accountStore(database).findByIdentifier('carol@example.test'))?.passwordHash;
    expect(await passwords.verify('first one', await hashOf())).toBe(true);
    expect(await run(words('account passwd carol --password-stdin'), 'second one')).toMatchObject({ code: 0 });
    expect(await passwords.verify('second one', await hashOf())).toBe(true);
    expect(await run(words('account passwd nobody --password-stdin'), 'x')).toEqual({
      code: 1,
      out: '',
      err: 'username: names no account\n',
    });
  });
});

describe('a terminal', () => {
  const onTerminal = async (typed: string[]) => {
    const shown: string[] = [];
    const stdin = Object.assign(new PassThrough(), {
      isTTY: true,
      setRawMode: (raw: boolean) => shown.push(`raw ${String(raw)}`),
    });
    for (const line of typed) stdin.write(line);
    // The database is not reached: nothing of what is typed may be shown on the way there.
    const env = { DATABASE_URL: 'postgres://127.0.0.1:1/portico' };
    const out = { write: (text: string) => shown.push(text) };
    const code = await runCli(words('account passwd alice'), { stdout: out, stderr: out, env, stdin });
    return { code, shown: shown.join('|') };
  };

  test('is asked twice, without echo', async () => {
    const { code, shown } = await onTerminal(['hunter2\r', 'hunter2\r']);
    expect(shown).toMatch(/^Password: \|raw true\|raw false\|\n\|Again: \|raw true\|raw false\|\n/);
    expect(shown).not.toContain('hunter');
    expect(code).toBe(1);
  });

  test('backspace takes a letter back', async () => {
    expect((await onTerminal(['hunterX\x7f2\r', 'hunter2\r'])).shown).not.toContain('differ');
  });

  test.each([
    [['one\r', 'other\r'], 'the two passwords differ'],
    [['one\x03'], 'no password was typed'],
  ])('%j is refused', async (typed, fault) => {
    const { code, shown } = await onTerminal(typed);
    expect(code).toBe(2);
    expect(shown).toContain(fault);
    expect(shown.endsWith('raw false|\n') || shown.includes('raw false|\n|')).toBe(true);
  });
});

describe('called wrongly', () => {
  const run = runIn({ DATABASE_URL: 'postgres://127.0.0.1:1/portico' });
  test.each([
    ['', 'a command is missing'],
    ['frobnicate', 'there is no such command'],
    ['client', 'there is no such command'],
    ['apply', 'FILE is missing'],
    ['apply one two', 'two: was not expected'],
    ['client list more', 'more: was not expected'],
    ['client create --nonsense', "Unknown option '--nonsense'"],
    ['account create alice --password=hunter2', "Unknown option '--password'"],
    ['account create alice', 'there is no terminal to ask for the password: use --password-stdin'],
    ['client rotate-secret web --overlap soon', '--overlap: must be whole seconds, at most 31536000'],
  ])('portico %s', async (line, fault) => {
    expect(await run(line === '' ? [] : words(line))).toEqual({
      code: 2,
      out: '',
      err: `${fault}\nportico help tells how it is called\n`,
    });
  });

  test('help names every command, and tells of one', async () => {
    const { code, out } = await run(['help']);
    expect(code).toBe(0);
    for (const name of [
      'apply FILE',
      'client create',
      'client list',
      'client rotate-secret',
      'account create',
      'account passwd',
      'migrate',
    ])
      expect(out).toContain(`  ${name}`);
    expect((await run(words('help client create'))).out).toContain('--redirect-uri URI');
    expect((await run(words('client create --help'))).out).toContain('--redirect-uri URI');
  });

  test('a database that does not answer is one line, without its URL', async () => {
    const far = runIn({ DATABASE_URL: 'postgres://portico:hunter2@127.0.0.1:1/portico' });
    const { code, err } = await far(words('client list'));
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(1);
    expect(err).not.toMatch(/hunter2| at /);
  });

  test('wrong settings are told one a line', async () => {
    const { code, err } = await runIn({ PORTICO_PORT: 'x', PORTICO_NONSENSE: '1' })(words('client list'));
    expect(code).toBe(1);
    expect(err.trim().split('\n')).toHaveLength(2);
  });
});

describe('on the embedded PostgreSQL of PORTICO_DATA_DIR', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'portico-cli-data-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  test('starts it where it does not run, joins it where it does', async () => {
    const run = runIn({ PORTICO_DATA_DIR: folder });
    const dataDir = join(folder, 'postgres');
    expect(await run(['apply', example])).toMatchObject({ code: 0, err: '' });
    expect(await runningPostgres(dataDir)).toBeUndefined();
    const standalone = await startEmbeddedPostgres({ dataDir });
    try {
      expect(await runningPostgres(dataDir)).toBe(standalone.url);
      const listed = await run(words('client list --json'));
      expect(jsonOf(listed)).toHaveLength(3);
      expect(await runningPostgres(dataDir)).toBe(standalone.url);
    } finally {
      await standalone.stop();
    }
  }, 120_000);
});
