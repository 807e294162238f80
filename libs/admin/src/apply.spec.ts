import { describe, expect, test } from '@jest/globals';
import { unseal } from '@portico/jwt';
import { administration, clientSecretKey } from '@portico/testing';
import { apply, DeclarationError, parseDeclaration, type Change } from './index.js';

const web = {
  client_id: 'web',
  client_secret: 'the first secret',
  client_name: 'Web',
  redirect_uris: ['https://rp.example/cb'],
};
const alice = { username: 'alice', password: 'correct horse battery staple', email: 'alice@example.test' };
const both = { clients: [web], accounts: [alice] };

const setUp = () => {
  const needs = administration();
  const run = (document: unknown): Promise<Change[]> =>
    apply(
      parseDeclaration(document, () => ''),
      needs,
    );
  const client = async (id: string) => (await needs.clients.find(id))!;
  const account = async (name: string) => (await needs.accounts.findByIdentifier(name))!;
  return { ...needs, run, client, account };
};

const changesOf = (changes: readonly Change[]): string[] =>
  changes.map(({ kind, name, change }) => `${kind} ${name} ${change}`);

test('what is named is created, and a second time nothing changes', async () => {
  const { run, client, account, passwords, clock } = setUp();
  expect(changesOf(await run(both))).toEqual(['client web created', 'account alice created']);
  const before = [await client('web'), await account('alice')];
  clock.pass(60);
  expect(changesOf(await run(both))).toEqual(['client web unchanged', 'account alice unchanged']);
  expect([await client('web'), await account('alice')]).toEqual(before);
  const [secret] = (await client('web')).secrets;
  expect(await passwords.verify('the first secret', secret?.hash)).toBe(true);
  expect(JSON.stringify(before)).not.toMatch(/the first secret|correct horse/);
});

test('a client without an id is the same one the next time', async () => {
  const { run, registrations } = setUp();
  const { client_id: id, ...nameless } = web;
  const [first] = await run({ clients: [nameless] });
  const [second] = await run({ clients: [nameless] });
  expect(first).toMatchObject({ change: 'created', name: expect.stringMatching(/^[0-9a-f]{24}$/) });
  expect(second).toEqual({ ...first, change: 'unchanged' });
  expect(await registrations.clients()).toHaveLength(1);
  expect(first?.name).not.toBe(id);
});

test('what is not named is left alone', async () => {
  const { run, registrations } = setUp();
  await run(both);
  await run({ clients: [{ ...web, client_id: 'other' }], accounts: [{ username: 'bob' }] });
  expect((await registrations.clients()).map(({ id }) => id).sort()).toEqual(['other', 'web']);
  expect(await registrations.accounts()).toHaveLength(2);
});

test('a setting that is left out returns to its default, and the secret stays', async () => {
  const { run, client } = setUp();
  await run({ clients: [{ ...web, id_token_lifetime: 60 }] });
  const { secrets } = await client('web');
  expect(changesOf(await run({ clients: [web] }))).toEqual(['client web updated']);
  expect(await client('web')).toMatchObject({ secrets, metadata: { id_token_lifetime: 3600 } });
});

test('a new client_secret replaces those before at once', async () => {
  const { run, client, passwords, clock } = setUp();
  await run({ clients: [web] });
  clock.pass(60);
  expect(changesOf(await run({ clients: [{ ...web, client_secret: 'the second' }] }))).toEqual(['client web updated']);
  const { secrets } = await client('web');
  expect(secrets).toHaveLength(1);
  expect(secrets[0]?.createdAt).toBe(clock());
  expect(await passwords.verify('the second', secrets[0]?.hash)).toBe(true);
});

test('a hash is taken as it is', async () => {
  const { run, client, account, passwords } = setUp();
  const { client_secret: _secret, ...bare } = web;
  const hash = await passwords.hash('known');
  const document = {
    clients: [{ ...bare, client_secret_hash: hash }],
    accounts: [{ username: 'bob', password_hash: hash }],
  };
  await run(document);
  expect((await client('web')).secrets).toMatchObject([{ hash }]);
  expect((await account('bob')).passwordHash).toBe(hash);
  expect(changesOf(await run(document))).toEqual(['client web unchanged', 'account bob unchanged']);
});

test('a client that becomes public loses its secrets', async () => {
  const { run, client } = setUp();
  await run({ clients: [web] });
  const { client_secret: _secret, ...bare } = web;
  await run({ clients: [{ ...bare, token_endpoint_auth_method: 'none' }] });
  expect((await client('web')).secrets).toEqual([]);
});

test('a rotation is not undone by a file with the old secret, nor by one with the new', async () => {
  const { run, client, registrations, passwords, clock } = setUp();
  await run({ clients: [web] });
  const rotated = { hash: await passwords.hash('rotated'), createdAt: clock() };
  await registrations.rotateSecret('web', rotated, clock() + 100);
  const { secrets } = await client('web');
  expect(secrets).toHaveLength(2);
  clock.pass(200);
  expect(changesOf(await run({ clients: [web] }))).toEqual(['client web unchanged']);
  expect(changesOf(await run({ clients: [{ ...web, client_secret: 'rotated' }] }))).toEqual(['client web unchanged']);
  expect((await client('web')).secrets).toEqual(secrets);
});

test('a password of the file wins over one that was set since; one left out stays', async () => {
  const { run, account, registrations, passwords } = setUp();
  await run(both);
  const theirs = await passwords.hash('their own');
  await registrations.setPassword('alice', theirs, 0);
  const { password: _password, ...silent } = alice;
  expect(changesOf(await run({ accounts: [silent] }))).toEqual(['account alice unchanged']);
  expect((await account('alice')).passwordHash).toBe(theirs);
  expect(changesOf(await run({ accounts: [alice] }))).toEqual(['account alice updated']);
  expect(await passwords.verify(alice.password, (await account('alice')).passwordHash)).toBe(true);
});

test('OWASP ASVS 5.0 §7.4.3: another password of the file ends the sessions of the one before, and of nobody else', async () => {
  const { run, account, sessions, facts, clock } = setUp();
  await run({ accounts: [alice, { username: 'bob', password: 'his own' }] });
  const at = clock();
  const times = { authTime: at, startedAt: at, lastUsedAt: at, expiresAt: at + 60 };
  for (const [sid, name] of Object.entries({ hers: 'alice', also: 'alice', his: 'bob' })) {
    const { subject } = (await account(name)).account;
    await sessions.start({ sid, subject, amr: ['pwd'], ...times }, `hash of ${sid}`);
  }
  const another = { ...alice, username: 'Alice', password: 'another one' };
  expect(changesOf(await run({ accounts: [another] }))).toEqual(['account Alice updated']);
  expect(facts.map(({ data }) => ('sid' in data ? data.sid : ''))).toEqual(['also', 'hers']);
  expect(await sessions.findBySid('his', at)).toBeDefined();
  expect(changesOf(await run({ accounts: [another, { username: 'bob' }] }))).toEqual([
    'account Alice unchanged',
    'account bob unchanged',
  ]);
  expect(facts).toHaveLength(2);
});

test('OpenID Connect Core 1.0 §5.1: updated_at moves with the claims, the subject never does', async () => {
  const { run, account, clock } = setUp();
  await run(both);
  const { account: before } = await account('alice');
  clock.pass(60);
  await run({ accounts: [{ ...alice, password: 'another one' }] });
  expect((await account('alice')).account).toEqual(before);
  await run({ accounts: [{ ...alice, username: 'Alice', name: 'Alice Example' }] });
  const { account: after } = await account('alice');
  expect(after).toMatchObject({ subject: before.subject, username: 'Alice', updatedAt: before.updatedAt + 60 });
});

test('a declared subject names the account; its user name may move on to another', async () => {
  const { run, account } = setUp();
  await run({ accounts: [{ username: 'alice', subject: 's1' }] });
  const changes = await run({ accounts: [{ username: 'alice' }, { username: 'bob', subject: 's1' }] });
  expect(changesOf(changes)).toEqual(['account alice created', 'account bob updated']);
  expect((await account('bob')).account.subject).toBe('s1');
  expect((await account('alice')).account.subject).not.toBe('s1');
});

test('an identifier of somebody else is a fault with its place, and nothing is changed', async () => {
  const { run, registrations } = setUp();
  await run({ accounts: [alice] });
  const attempt = run({
    clients: [web],
    accounts: [{ username: 'bob' }, { username: 'eve', email: 'ALICE@example.test' }],
  });
  await expect(attempt).rejects.toThrow(
    new DeclarationError([{ path: 'accounts[1].email', message: 'belongs to an account that the file does not name' }]),
  );
  expect(await registrations.clients()).toEqual([]);
  expect(await registrations.accounts()).toHaveLength(1);
});

test('two instances that apply the same file at once agree', async () => {
  const { run, registrations } = setUp();
  const changes = await Promise.all([run(both), run(both), run(both)]);
  expect(changes).toHaveLength(3);
  expect(await registrations.accounts()).toHaveLength(1);
  expect(await registrations.clients()).toHaveLength(1);
});

test('settings are set one by one, and a second time nothing changes', async () => {
  const { run, registrations } = setUp();
  const settings = { session_lifetime: 3600 };
  expect(changesOf(await run({ settings }))).toEqual(['setting session_lifetime created']);
  expect(changesOf(await run({ settings }))).toEqual(['setting session_lifetime unchanged']);
  await run({ settings: { refresh_token_replay_window: 5 } });
  expect(changesOf(await run({ settings: { session_lifetime: 60 } }))).toEqual(['setting session_lifetime updated']);
  expect(await registrations.settings()).toEqual({ session_lifetime: 60, refresh_token_replay_window: 5 });
});

describe('a client of whose secret a key is made', () => {
  const text = 'a secret of at least thirty-two bytes';
  const plain = { ...web, client_secret: text };
  const hs256 = { ...plain, id_token_signed_response_alg: 'HS256' };
  const opened = (sealed: string | undefined) => unseal(sealed ?? '', 'web', clientSecretKey);

  test('OpenID Connect Core 1.0 §10.1: is stored sealed, and a second time nothing changes', async () => {
    const { run, client } = setUp();
    expect(changesOf(await run({ clients: [hs256] }))).toEqual(['client web created']);
    const { secrets } = await client('web');
    expect(opened(secrets[0]?.sealed)).toBe(text);
    expect(JSON.stringify(secrets)).not.toContain(text);
    expect(changesOf(await run({ clients: [hs256] }))).toEqual(['client web unchanged']);
    expect((await client('web')).secrets).toEqual(secrets);
  });

  test('settings that change between the two keep the secret with its times, in the other form', async () => {
    const { run, client, registrations, passwords, clock } = setUp();
    await run({ clients: [plain] });
    const rotated = { hash: await passwords.hash('rotated'), createdAt: clock() + 10 };
    await registrations.rotateSecret('web', rotated, clock() + 100);
    await run({ clients: [hs256] });
    const [old, current] = (await client('web')).secrets;
    expect([opened(old?.sealed), old?.expiresAt, current]).toEqual([text, clock() + 100, rotated]);
    expect(changesOf(await run({ clients: [hs256] }))).toEqual(['client web unchanged']);

    expect(changesOf(await run({ clients: [plain] }))).toEqual(['client web updated']);
    const [hashed, ...others] = (await client('web')).secrets;
    expect(await passwords.verify(text, hashed?.hash)).toBe(true);
    expect([hashed?.expiresAt, others]).toEqual([clock() + 100, [rotated]]);
    expect(JSON.stringify(await client('web'))).not.toContain('sealed');
  });

  test('a hash that fits what is sealed keeps the secret', async () => {
    const { run, client, passwords } = setUp();
    await run({ clients: [hs256] });
    const { client_secret: _, ...rest } = web;
    await run({ clients: [{ ...rest, client_secret_hash: await passwords.hash(text) }] });
    const { secrets } = await client('web');
    expect(secrets).toHaveLength(1);
    expect(await passwords.verify(text, secrets[0]?.hash)).toBe(true);
  });

  test('another secret replaces it', async () => {
    const { run, client } = setUp();
    await run({ clients: [hs256] });
    const other = 'another secret of at least thirty-two bytes';
    await run({ clients: [{ ...hs256, client_secret: other }] });
    expect((await client('web')).secrets.map(({ sealed }) => opened(sealed))).toEqual([other]);
  });

  test('whoever has no secret of the installation can still apply clients that need none', async () => {
    const needs = { ...setUp(), clientSecretKey: () => Promise.reject(new Error('no secret of the installation')) };
    const parsed = (client: object) => parseDeclaration({ clients: [client] }, () => '');
    expect(await apply(parsed(plain), needs)).toHaveLength(1);
    await expect(apply(parsed(hs256), needs)).rejects.toThrow('no secret of the installation');
  });
});
