import { describe, expect, test } from '@jest/globals';
import { unseal } from '@portico/jwt';
import { administration, clientSecretKey } from '@portico/testing';
import { createAccount, createClient, DeclarationError, listClients, rotateSecret, setPassword } from './index.js';

const redirect_uris = ['https://rp.example/cb'];
const faultsOf = async (work: Promise<unknown>): Promise<string[]> => {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(DeclarationError);
  return (error as DeclarationError).faults.map(({ path, message }) => `${path}: ${message}`);
};

describe('createClient', () => {
  test('RFC 6749 §2.3.1: a confidential client gets an id and a secret of letters and digits', async () => {
    const needs = administration();
    const { clientId, secret } = await createClient({ redirect_uris }, needs);
    expect(clientId).toMatch(/^[0-9a-f]{24}$/);
    expect(secret).toMatch(/^[A-Za-z0-9]{43}$/);
    const client = await needs.clients.find(clientId);
    expect(await needs.passwords.verify(secret!, client!.secrets[0]?.hash)).toBe(true);
    expect(JSON.stringify(client)).not.toContain(secret!);
  });

  test('RFC 6749 §2.1: a public client gets none', async () => {
    const needs = administration();
    const made = await createClient({ redirect_uris, token_endpoint_auth_method: 'none' }, needs);
    expect(made).not.toHaveProperty('secret');
    expect((await needs.clients.find(made.clientId))?.secrets).toEqual([]);
  });

  test('an id that is taken is refused, and its client stays as it is', async () => {
    const needs = administration();
    await createClient({ redirect_uris, client_id: 'web' }, needs);
    const before = await needs.clients.find('web');
    expect(await faultsOf(createClient({ redirect_uris, client_id: 'web' }, needs))).toEqual(['client_id: is taken']);
    expect(await needs.clients.find('web')).toEqual(before);
  });

  test('the rules of the file hold, and name settings without a place', async () => {
    const faults = await faultsOf(createClient({ redirect_uris: ['x'], jwks_uri: 'y' }, administration()));
    expect(faults.map((fault) => fault.split(': ')[0])).toEqual(['redirect_uris[0]', 'jwks_uri']);
  });
});

test('listClients shows settings by name, and of secrets their times only', async () => {
  const needs = administration();
  await createClient({ redirect_uris, client_id: 'b', client_name: 'Beta' }, needs);
  await createClient({ redirect_uris, client_id: 'z', client_name: 'Alpha' }, needs);
  const views = await listClients(needs);
  expect(views.map(({ client_id: id }) => id)).toEqual(['z', 'b']);
  expect(views[0]).toMatchObject({ client_name: 'Alpha', secrets: [{ created_at: needs.clock() }] });
  expect(JSON.stringify(views)).not.toContain('argon2');
});

describe('rotateSecret', () => {
  test.each([86_400, 0])('the secret before ends %d seconds from now', async (overlapSeconds) => {
    const needs = administration();
    const { clientId, secret: old } = await createClient({ redirect_uris }, needs);
    needs.clock.pass(10);
    const { secret } = await rotateSecret({ clientId, overlapSeconds }, needs);
    expect(secret).toMatch(/^[A-Za-z0-9]{43}$/);
    expect(secret).not.toBe(old);
    const { secrets } = (await needs.clients.find(clientId))!;
    const [before, after] = secrets;
    expect(before?.expiresAt).toBe(needs.clock() + overlapSeconds);
    expect(after).toMatchObject({ createdAt: needs.clock() });
    expect(after).not.toHaveProperty('expiresAt');
    expect(await needs.passwords.verify(secret!, after?.hash)).toBe(true);
  });

  test('OpenID Connect Core 1.0 §10.1: one of which a key is made is sealed, before and after', async () => {
    const needs = administration();
    const settings = { redirect_uris, token_endpoint_auth_method: 'client_secret_jwt' };
    const { clientId, secret: old } = await createClient(settings, needs);
    const { secret } = await rotateSecret({ clientId, overlapSeconds: 60 }, needs);
    const { secrets } = (await needs.clients.find(clientId))!;
    expect(secrets.map(({ sealed }) => unseal(sealed ?? '', clientId, clientSecretKey))).toEqual([old, secret]);
    expect(JSON.stringify(await listClients(needs))).not.toContain('sealed');
  });

  test('OpenID Connect Core 1.0 §9: a client that signs with a private key has no secret', async () => {
    const needs = administration();
    const jwks_uri = 'https://rp.example/jwks';
    const settings = { redirect_uris, jwks_uri, token_endpoint_auth_method: 'private_key_jwt' };
    const made = await createClient(settings, needs);
    expect(made).not.toHaveProperty('secret');
    expect(await faultsOf(rotateSecret({ clientId: made.clientId, overlapSeconds: 0 }, needs))).toEqual([
      'client_id: names a client that needs no secret',
    ]);
  });

  test('a client that is not there, and a public one, are refused', async () => {
    const needs = administration();
    const { clientId } = await createClient({ redirect_uris, token_endpoint_auth_method: 'none' }, needs);
    expect(await faultsOf(rotateSecret({ clientId: 'nobody', overlapSeconds: 0 }, needs))).toEqual([
      'client_id: names no client',
    ]);
    expect(await faultsOf(rotateSecret({ clientId, overlapSeconds: 0 }, needs))).toEqual([
      'client_id: names a public client, which has no secret (token_endpoint_auth_method is none)',
    ]);
  });
});

describe('accounts', () => {
  const alice = { username: 'alice', password: 'correct horse', email: 'alice@example.test' };

  test('OpenID Connect Core 1.0 §2: a person gets a subject of their own', async () => {
    const needs = administration();
    const { subject } = await createAccount(alice, needs);
    expect(subject).toMatch(/^[0-9a-f]{24}$/);
    const found = await needs.accounts.findByIdentifier('alice@example.test');
    expect(found?.account.subject).toBe(subject);
    expect(await needs.passwords.verify('correct horse', found?.passwordHash)).toBe(true);
  });

  test.each([
    ['username', { username: 'ALICE', password: 'x' }],
    ['email', { username: 'bob', password: 'x', email: 'Alice@example.test' }],
  ])('a taken %s is refused', async (field, settings) => {
    const needs = administration();
    await createAccount(alice, needs);
    expect(await faultsOf(createAccount(settings, needs))).toEqual([`${field}: belongs to another account`]);
    expect(await needs.registrations.accounts()).toHaveLength(1);
  });

  test('a taken subject is refused: it is never given to another', async () => {
    const needs = administration();
    await createAccount({ ...alice, subject: 's1' }, needs);
    expect(await faultsOf(createAccount({ username: 'bob', password: 'x', subject: 's1' }, needs))).toEqual([
      'subject: belongs to another account',
    ]);
  });

  test('setPassword replaces the password', async () => {
    const needs = administration();
    await createAccount(alice, needs);
    await setPassword({ username: 'alice', password: 'another' }, needs);
    const found = await needs.accounts.findByIdentifier('alice');
    expect(await needs.passwords.verify('another', found?.passwordHash)).toBe(true);
    expect(await needs.passwords.verify('correct horse', found?.passwordHash)).toBe(false);
  });

  test('setPassword ends the sessions of that person, and of nobody else', async () => {
    const needs = administration();
    const { subject } = await createAccount(alice, needs);
    const at = needs.clock();
    const times = { authTime: at, startedAt: at, lastUsedAt: at, expiresAt: at + 60 };
    for (const [sid, who] of [
      ['one', subject],
      ['two', subject],
      ['other', 'another'],
    ] as const)
      await needs.sessions.start({ sid, subject: who, amr: ['pwd'], ...times }, `hash of ${sid}`);
    expect(await setPassword({ username: 'ALICE', password: 'another' }, needs)).toEqual(['one', 'two']);
    expect(needs.facts.map(({ data }) => ('reason' in data ? data.reason : ''))).toEqual([
      'password_changed',
      'password_changed',
    ]);
    expect(await needs.sessions.findBySid('other', at)).toBeDefined();
    expect(await faultsOf(setPassword({ username: 'alice', password: '' }, needs))).toHaveLength(1);
  });

  test.each([
    ['nobody', 'x', 'username: names no account'],
    ['alice', '', 'password: must have 1 to 1024 bytes'],
    ['alice', 'ä'.repeat(513), 'password: must have 1 to 1024 bytes'],
  ])('setPassword of %s is refused', async (username, password, fault) => {
    const needs = administration();
    await createAccount(alice, needs);
    expect(await faultsOf(setPassword({ username, password }, needs))).toEqual([fault]);
  });
});
