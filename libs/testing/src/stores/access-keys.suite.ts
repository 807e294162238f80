import { expect, test } from '@jest/globals';
import { Taken } from '@portico/admin';
import type { AccessKey } from '@portico/oidc';
import { randomUUID } from 'node:crypto';
import { aClient, anAccount, atOnce, hostile, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const aKey = (clientId: string, more: Partial<AccessKey> = {}): AccessKey => ({
  id: randomUUID(),
  clientId,
  hash: '$argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA',
  createdAt: now,
  ...more,
});

export const accessKeysSuite = (stores: () => OpenStores): void => {
  const keys = () => stores().registrations.accessKeys;
  const find = (id: string) => stores().accessKeys.find(id);
  const aSavedClient = async () => {
    const client = aClient({ client_name: 'Machine' });
    await stores().registrations.save([client], []);
    return client;
  };

  test('a client has several; each is found with its client', async () => {
    const client = await aSavedClient();
    const added = [aKey(client.id), aKey(client.id, { disabledAt: now + 1, createdAt: now + 1 })];
    for (const key of added) expect(await keys().add(key)).toBe(true);
    for (const key of added) expect(await find(key.id)).toEqual({ key, client });
    expect((await keys().list()).filter(({ clientId }) => clientId === client.id)).toEqual(added);
  });

  test.each(hostile)('what is not there is not found, disabled or removed: %j', async (text) => {
    expect(await find(text)).toBeUndefined();
    expect(await keys().setDisabled(text, now)).toBe(false);
    expect(await keys().remove(text)).toBe(false);
    expect(await keys().add(aKey(text))).toBe(false);
  });

  test('an id that a key or a client has is not added', async () => {
    const [client, other] = [await aSavedClient(), await aSavedClient()];
    const key = aKey(client.id);
    await keys().add(key);
    expect(await keys().add(aKey(other.id, { id: key.id }))).toBe(false);
    expect(await keys().add(aKey(client.id, { id: other.id }))).toBe(false);
    expect((await find(key.id))?.key).toEqual(key);
  });

  test('of 10 that claim one id at once one gets it', async () => {
    const client = await aSavedClient();
    const id = randomUUID();
    const added = await atOnce(10, (index) => keys().add(aKey(client.id, { id, hash: `hash ${index}` })));
    expect(added.filter(Boolean)).toHaveLength(1);
    expect((await find(id))?.key.hash).toBe(`hash ${added.indexOf(true)}`);
  });

  test('disabled stays as it was disabled first; enabled again, removed for good', async () => {
    const client = await aSavedClient();
    const key = aKey(client.id);
    await keys().add(key);
    expect(await keys().setDisabled(key.id, now + 5)).toBe(true);
    expect(await keys().setDisabled(key.id, now + 9)).toBe(true);
    expect((await find(key.id))?.key).toEqual({ ...key, disabledAt: now + 5 });
    expect(await keys().setDisabled(key.id, undefined)).toBe(true);
    expect((await find(key.id))?.key).toEqual(key);
    expect(await keys().remove(key.id)).toBe(true);
    expect(await keys().remove(key.id)).toBe(false);
    expect(await find(key.id)).toBeUndefined();
  });

  test('saved with its client: created, replaced, and what is not named stays', async () => {
    const client = aClient();
    const [one, two] = [aKey(client.id), aKey(client.id)];
    await stores().registrations.save([{ ...client, accessKeys: [one, two] }], []);
    const changed = { ...one, hash: 'another', disabledAt: now };
    await stores().registrations.save([{ ...client, accessKeys: [changed] }], []);
    await stores().registrations.save([client], []);
    expect(await find(one.id)).toEqual({ key: changed, client });
    expect(await find(two.id)).toEqual({ key: two, client });
    expect(await stores().clients.find(client.id)).toEqual(client);
  });

  test('one that is another client’s, or has a client’s id, is refused and nothing changes', async () => {
    const [owner, other] = [await aSavedClient(), await aSavedClient()];
    const key = aKey(owner.id);
    await keys().add(key);
    const [thief, bystander] = [aClient(), anAccount()];
    const fresh = aKey(thief.id);
    for (const id of [key.id, other.id]) {
      const saving = stores().registrations.save(
        [{ ...thief, accessKeys: [fresh, aKey(thief.id, { id })] }],
        [bystander],
      );
      await expect(saving).rejects.toThrow(Taken);
    }
    expect(await find(key.id)).toEqual({ key, client: owner });
    expect(await find(fresh.id)).toBeUndefined();
    expect(await stores().clients.find(thief.id)).toBeUndefined();
    expect(await stores().accounts.find(bystander.account.subject)).toBeUndefined();
  });
};
