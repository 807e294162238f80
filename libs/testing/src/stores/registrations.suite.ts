import { expect, test } from '@jest/globals';
import { Taken } from '@portico/admin';
import { randomUUID } from 'node:crypto';
import { aClient, aCode, anAccount, anAuthorization, aSession, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const email = (name = randomUUID()) => `${name}@example.test`;

export const registrationsSuite = (stores: () => OpenStores): void => {
  const save: OpenStores['registrations']['save'] = (...things) => stores().registrations.save(...things);
  const byIdentifier = (identifier: string) => stores().accounts.findByIdentifier(identifier);

  test('saves clients and accounts, and replaces them', async () => {
    const [client, account] = [aClient({ client_name: 'First' }), anAccount()];
    await save([client], [account]);
    expect(await stores().clients.find(client.id)).toEqual(client);
    expect(await stores().accounts.find(account.account.subject)).toEqual(account.account);
    expect(await byIdentifier(account.account.username)).toEqual(account);
    expect(await stores().registrations.clients()).toContainEqual(client);
    expect(await stores().registrations.accounts()).toContainEqual(account);

    const changed = { ...client, ...aClient({ redirect_uris: ['https://a.example/cb'] }, { id: client.id }) };
    const renamed = { account: { ...account.account, username: randomUUID(), claims: { name: '张三 😀' } } };
    await save([changed], [renamed]);
    expect(await stores().clients.find(client.id)).toEqual(changed);
    expect(await byIdentifier(renamed.account.username)).toEqual(renamed);
    expect(await byIdentifier(account.account.username)).toBeUndefined();
  });

  test('RFC 6454 §4: finds clients by the origins of their pages, as they are now', async () => {
    const host = randomUUID();
    const [own, shared] = [`https://${host}.example`, `https://shared-${host}.example:8443`];
    const one = aClient({
      redirect_uris: [`https://${host.toUpperCase()}.example:443/cb?x=1`, `${own}/cb`, 'com.example.app:/cb'],
      allowed_cors_origins: [shared],
    });
    const other = aClient({ redirect_uris: [`${shared}/cb`] });
    await save([one, other], []);
    const idsOf = async (origin: string) => (await stores().clients.ofOrigin(origin)).map(({ id }) => id).sort();
    expect(await stores().clients.ofOrigin(own)).toEqual([one]);
    expect(await idsOf(shared)).toEqual([one.id, other.id].sort());
    for (const origin of [`http://${host}.example`, `${own}:444`, `${own}/`, 'null', 'com.example.app:'])
      expect(await idsOf(origin)).toEqual([]);
    await save([{ ...one, metadata: { ...one.metadata, redirect_uris: [], allowed_cors_origins: [] } }], []);
    expect(await idsOf(own)).toEqual([]);
    expect(await idsOf(shared)).toEqual([other.id]);
  });

  test('OpenID Connect Core 1.0 §10.1.1: tells how long anything lives that is signed for a client', async () => {
    const before = await stores().clients.longestTokenSeconds();
    const client = aClient({ id_token_lifetime: before + 10, access_token_lifetime: 1 });
    await save([client], []);
    expect(await stores().clients.longestTokenSeconds()).toBe(before + 10);
    await save([{ ...client, ...aClient({ access_token_lifetime: before + 20 }, { id: client.id }) }], []);
    expect(await stores().clients.longestTokenSeconds()).toBe(before + 20);
    await save([{ ...client, ...aClient({}, { id: client.id }) }], []);
    expect(await stores().clients.longestTokenSeconds()).toBe(before);
  });

  test('keeps the settings that were set, each until it is set anew', async () => {
    await stores().registrations.save([], [], { session_lifetime: 100 });
    await stores().registrations.save([], [], { refresh_token_replay_window: 5 });
    await stores().registrations.save([], [], { session_lifetime: 200 });
    expect(await stores().registrations.settings()).toEqual({ session_lifetime: 200, refresh_token_replay_window: 5 });
  });

  test('saving nothing, or the same twice, changes nothing', async () => {
    const [client, account] = [aClient(), anAccount(undefined, { email: email() })];
    await save([], []);
    await save([client], [account]);
    await save([client], [account]);
    expect(await stores().clients.find(client.id)).toEqual(client);
    expect(await byIdentifier(account.account.username)).toEqual(account);
  });

  test('signs in by user name, e-mail address or phone number; letters compare without case', async () => {
    const suffix = randomUUID();
    const phone = `+49${String(Math.floor(Math.random() * 1e10)).padStart(10, '1')}`;
    const claims = { email: `Jürgen.${suffix}@Example.test`, phone_number: phone };
    const account = anAccount(`JÜRGEN-Ω-${suffix}`, claims);
    await save([], [account]);
    const spellings = [`jürgen-ω-${suffix}`, `Ju\u0308rgen-Ω-${suffix}`, `JÜRGEN.${suffix}@EXAMPLE.TEST`, phone];
    for (const identifier of spellings) expect(await byIdentifier(identifier)).toEqual(account);
  });

  test.each(hostile)('what is not there is not found: %j', async (text) => {
    expect(await byIdentifier(text)).toBeUndefined();
    expect(await stores().accounts.find(text)).toBeUndefined();
    expect(await stores().clients.find(text)).toBeUndefined();
    expect(await stores().clients.ofOrigin(text)).toEqual([]);
    expect(await stores().registrations.setPassword(text, 'hash', now)).toBeUndefined();
    expect(await stores().registrations.rotateSecret(text, { hash: 'h', createdAt: now }, now)).toBe(false);
  });

  test.each([`O'Neil "the" \\ ${randomUUID()}`, `😀-𠮷-${randomUUID()}`, `%_${randomUUID()}`])(
    'a user name is text and nothing else: %j',
    async (username) => {
      const account = anAccount(username, { name: username });
      await save([], [account]);
      expect(await byIdentifier(username)).toEqual(account);
    },
  );

  test.each([
    ['username', (id: string) => anAccount(id.toUpperCase())],
    ['email', (id: string) => anAccount(undefined, { email: id.toUpperCase() })],
    ['phone_number', (id: string) => anAccount(undefined, { phone_number: id })],
  ] as const)('an identifier that is taken, as a %s, is refused and nothing changes', async (field, claimant) => {
    const taken = email();
    const owner = anAccount(undefined, { email: taken });
    await save([], [owner]);
    const [client, bystander, thief] = [aClient(), anAccount(), claimant(taken)];
    const saving = save([client], [bystander, thief]);
    await expect(saving).rejects.toThrow(Taken);
    await expect(saving).rejects.toMatchObject({ field, account: thief.account.username });
    expect(await stores().clients.find(client.id)).toBeUndefined();
    expect(await byIdentifier(bystander.account.username)).toBeUndefined();
    expect(await byIdentifier(taken)).toEqual(owner);
  });

  test('two accounts of one save may not share an identifier, one account may have it twice', async () => {
    const shared = email();
    const twins = [anAccount(undefined, { email: shared }), anAccount(undefined, { email: shared })];
    await expect(save([], twins)).rejects.toThrow(Taken);
    expect(await byIdentifier(shared)).toBeUndefined();
    const account = anAccount(shared, { email: shared.toUpperCase() });
    await save([], [account]);
    expect(await byIdentifier(shared)).toEqual(account);
  });

  test('two accounts may change places, and what one gives up another may take', async () => {
    const [one, other, third] = [email(), email(), email()];
    const [a, b] = [anAccount(undefined, { email: one }), anAccount(undefined, { email: other })];
    await save([], [a, b]);
    const withEmail = (from: typeof a, address: string) => ({
      ...from,
      account: { ...from.account, claims: { email: address } },
    });
    await save([], [withEmail(a, other), withEmail(b, one)]);
    expect((await byIdentifier(one))?.account.subject).toBe(b.account.subject);
    await save([], [withEmail(a, third)]);
    await save([], [anAccount(undefined, { email: other })]);
    expect((await byIdentifier(third))?.account.subject).toBe(a.account.subject);
  });

  test('of 10 that claim one user name at once one gets it', async () => {
    const username = randomUUID();
    const results = await Promise.allSettled(Array.from({ length: 10 }, () => save([], [anAccount(username)])));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const result of results) if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Taken);
  });

  test('sets a password by user name, and by nothing else', async () => {
    const account = anAccount(`Alice-${randomUUID()}`, { email: email() });
    await save([], [account]);
    expect(await stores().registrations.setPassword(account.account.username.toUpperCase(), 'new', now)).toEqual([]);
    expect((await byIdentifier(account.account.username))?.passwordHash).toBe('new');
    expect(await stores().registrations.setPassword(account.account.claims.email!, 'other', now)).toBeUndefined();
    expect((await byIdentifier(account.account.username))?.passwordHash).toBe('new');
  });

  test('OWASP ASVS 5.0 §7.4.3: with another password the sessions end, and what hung on them, in the same step', async () => {
    const { account } = anAccount();
    await save([], [{ account }]);
    const { subject, username } = account;
    const start = async (more: object) => {
      const session = aSession(more);
      await stores().sessions.start(session, randomUUID());
      return session.sid;
    };
    const sids = [await start({ subject }), await start({ subject })].sort();
    const [over, other] = [await start({ subject, expiresAt: now }), await start({})];
    const authorization = anAuthorization({ subject, sid: sids[0]! });
    const code = aCode(authorization);
    await stores().tokens.begin(authorization, [code]);
    expect(await stores().registrations.setPassword(username, 'new', now + 5)).toEqual(sids);
    expect((await stores().tokens.find(code.hash))?.authorization.revokedAt).toBe(now + 5);
    const told = (await stores().facts()).flatMap(({ event, data }) => ('sid' in data ? [{ event, ...data }] : []));
    const about = told.filter(({ sid }) => [...sids, over, other].includes(sid));
    expect(about.sort((one, two) => (one.sid < two.sid ? -1 : 1))).toMatchObject(
      sids.map((sid) => ({ event: 'sessionEnded', sid, subject, reason: 'password_changed', at: now + 5 })),
    );
    expect(await stores().sessions.findBySid(other, now + 5)).toBeDefined();
    expect(await stores().registrations.setPassword(username, 'newer', now + 6)).toEqual([]);
  });

  test('rotates a secret with an overlap; what has ended goes', async () => {
    const secrets = [
      { hash: 'ended', createdAt: now - 100, expiresAt: now },
      { hash: 'ending', createdAt: now - 90, expiresAt: now + 10 },
      { hash: 'current', createdAt: now - 80 },
    ];
    const client = aClient({}, { secrets });
    await save([client], []);
    expect(await stores().registrations.rotateSecret(client.id, { hash: 'new', createdAt: now }, now + 50)).toBe(true);
    const rotated = (await stores().clients.find(client.id))?.secrets;
    expect(rotated).toHaveLength(3);
    expect(rotated).toEqual(
      expect.arrayContaining([
        { hash: 'ending', createdAt: now - 90, expiresAt: now + 10 },
        { hash: 'current', createdAt: now - 80, expiresAt: now + 50 },
        { hash: 'new', createdAt: now },
      ]),
    );
  });
};
