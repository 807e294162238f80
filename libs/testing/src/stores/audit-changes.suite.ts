import { expect, test } from '@jest/globals';
import { randomUUID } from 'node:crypto';
import { auditOf, twice } from './audited.js';
import { aClient, anAccount, aSession, atOnce, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

/** What the audit log tells of administrators, and of keys. */
export const auditChangesSuite = (stores: () => OpenStores): void => {
  const { told, about } = auditOf(stores);

  test('administrators create, change and revoke; names of what has changed, and no values', async () => {
    const { registrations } = stores();
    const [client, account] = [aClient({ client_name: 'One' }), anAccount()];
    const [{ subject, username }, key] = [
      account.account,
      { id: randomUUID(), clientId: client.id, hash: 'hash-of-it', createdAt: now },
    ];
    await registrations.save([{ ...client, accessKeys: [key] }], [account]);
    await registrations.save([{ ...client, accessKeys: [key] }], [account]);
    const metadata = { ...client.metadata, client_name: 'Two', redirect_uris: ['https://two.example/cb'] };
    await registrations.save(
      [{ ...client, metadata, accessKeys: [{ ...key, hash: 'another-hash', disabledAt: now }] }],
      [{ ...account, account: { ...account.account, claims: { name: 'Anna' } } }],
    );
    await registrations.rotateSecret(client.id, { hash: 'secret-hash', createdAt: now }, now + 60);
    await registrations.setPassword(username, 'password-hash', now);
    await registrations.revokeClient(client.id, now);
    const ofKey = { clientId: client.id, detail: { access_key: key.id } };
    expect(await about({ clientId: client.id })).toEqual([
      { event: 'client_revoked', clientId: client.id },
      { event: 'client_changed', clientId: client.id, detail: { changed: ['secrets'] } },
      expect.objectContaining({ event: expect.stringMatching(/^(access_key_disabled|client_changed)$/) }),
      expect.objectContaining({ event: expect.stringMatching(/^(access_key_disabled|client_changed)$/) }),
      expect.objectContaining({ event: expect.stringMatching(/^(access_key|client)_created$/) }),
      expect.objectContaining({ event: expect.stringMatching(/^(access_key|client)_created$/) }),
    ]);
    expect(await about({ clientId: client.id, event: 'access_key_disabled' })).toEqual([
      { event: 'access_key_disabled', ...ofKey },
    ]);
    const changed = {
      event: 'client_changed',
      clientId: client.id,
      detail: { changed: ['client_name', 'redirect_uris'] },
    };
    expect((await about({ clientId: client.id, event: 'client_changed' }))[1]).toEqual(changed);
    expect(await about({ subject })).toEqual([
      { event: 'account_changed', subject, detail: { changed: ['password'] } },
      { event: 'account_changed', subject, detail: { changed: ['name'] } },
      { event: 'account_created', subject },
    ]);
    expect(JSON.stringify(await told({ clientId: client.id }))).not.toContain('hash');
  });

  test('a save that is refused is not told', async () => {
    const { registrations } = stores();
    const [account, client] = [anAccount(), aClient()];
    await registrations.save([], [account]);
    const other = anAccount(account.account.username);
    await expect(registrations.save([client], [other])).rejects.toThrow();
    expect(await told({ clientId: client.id })).toEqual([]);
    expect(await told({ subject: other.account.subject })).toEqual([]);
  });

  test('access keys come, are disabled, enabled, and go: each time that something changes', async () => {
    const { registrations } = stores();
    const client = aClient();
    await registrations.save([client], []);
    const key = { id: randomUUID(), clientId: client.id, hash: 'h', createdAt: now };
    await twice(() => registrations.accessKeys.add(key));
    await twice(() => registrations.accessKeys.setDisabled(key.id, now));
    await twice(() => registrations.accessKeys.setDisabled(key.id, undefined));
    await twice(() => registrations.accessKeys.remove(key.id));
    const detail = { access_key: key.id };
    expect(await about({ clientId: client.id })).toEqual([
      ...['removed', 'enabled', 'disabled', 'created'].map((what) => ({
        event: `access_key_${what}`,
        clientId: client.id,
        detail,
      })),
      { event: 'client_created', clientId: client.id },
    ]);
  });

  test('settings change, by name', async () => {
    const { registrations } = stores();
    const told = () => about({ event: 'settings_changed' });
    const before = await told();
    await registrations.save([], [], { session_lifetime: 4321 });
    await registrations.save([], [], { session_lifetime: 4321 });
    const changed = { event: 'settings_changed', detail: { changed: ['session_lifetime'] } };
    expect(await told()).toEqual([changed, ...before]);
  });

  test('a person is signed out everywhere: each session, and the person', async () => {
    const account = anAccount();
    const { subject, username } = account.account;
    await stores().registrations.save([], [account]);
    const sids = await atOnce(3, async () => {
      const session = aSession({ subject });
      await stores().sessions.start(session, randomUUID());
      return session.sid;
    });
    await stores().registrations.signOut(username, now);
    expect(await about({ subject, event: 'subject_revoked' })).toEqual([
      { event: 'subject_revoked', subject, detail: { sessions: 3 } },
    ]);
    const ended = await about({ subject, event: 'session_ended' });
    expect(new Set(ended.map(({ sid }) => sid))).toEqual(new Set(sids));
    expect(ended.map(({ detail }) => detail)).toEqual(Array(3).fill({ reason: 'subject_revoked' }));
  });

  test('keys are made, made anew, revoked and sealed anew: which came, and which went', async () => {
    const { keys, seals } = stores();
    const times = { announcedAt: now, signsFrom: now, longestTokenSeconds: 0 };
    const aKey = () =>
      ({ kid: randomUUID(), alg: 'EdDSA', publicJwk: {}, sealedPrivateJwk: 'sealed', ...times }) as const;
    const [first, next] = [aKey(), aKey()];
    await keys.change(() => [], now);
    const before = await about({ event: 'keys_rotated' });
    await twice(() => keys.establish([first]));
    await twice(() => keys.change(() => [first, next], now));
    await twice(() => keys.change(() => [next], now, 'keys_revoked'));
    expect((await about({ event: 'keys_created' }))[0]).toEqual({
      event: 'keys_created',
      detail: { added: [first.kid] },
    });
    expect(await about({ event: 'keys_rotated' })).toEqual([
      { event: 'keys_rotated', detail: { added: [next.kid], removed: [] } },
      ...before,
    ]);
    expect(await about({ event: 'keys_revoked' })).toEqual([
      { event: 'keys_revoked', detail: { added: [], removed: [first.kid] } },
    ]);
    const count = await seals.replace(({ text }) => `anew ${text}`);
    expect(await seals.replace(({ text }) => text)).toBe(0);
    expect((await about({ event: 'keys_resealed' }))[0]).toEqual({ event: 'keys_resealed', detail: { count } });
    expect(JSON.stringify(await told({ event: 'keys_rotated' }))).not.toContain('sealed');
  });
};
