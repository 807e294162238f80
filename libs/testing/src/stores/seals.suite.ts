import { expect, test } from '@jest/globals';
import { resealAll, seal, SealBroken, unseal, type Sealed } from '@portico/jwt';
import { randomUUID } from 'node:crypto';
import { aClient, now } from './fixtures.js';
import type { OpenStores } from './stores.js';

const keyOf = (byte: number) => new Uint8Array(32).fill(byte);
const [before, after] = [
  { keys: keyOf(1), clientSecrets: keyOf(2) },
  { keys: keyOf(3), clientSecrets: keyOf(4) },
];
const both = { keys: [after.keys, before.keys], clientSecrets: [after.clientSecrets, before.clientSecrets] };

export const sealsSuite = (stores: () => OpenStores): void => {
  const all = async (): Promise<Sealed[]> => {
    const seen: Sealed[] = [];
    await stores().seals.replace((sealed) => {
      seen.push(sealed);
      return sealed.text;
    });
    return seen;
  };
  /** What other suites have left is no sealed text. */
  const underBefore = ({ by, label, text }: Sealed) =>
    text.startsWith('v1.') ? text : seal(`text of ${label}`, label, before[by]);

  test('everything sealed is found: keys, the password key, what outlives the secret, secrets of clients', async () => {
    await stores().keys.establish([]);
    await stores().installationKeys.establish('refresh', 'sealed');
    const client = aClient({}, { secrets: [{ hash: 'a hash', createdAt: now }] });
    const sealing = aClient();
    const sealed = (text: string) => ({ sealed: seal(text, sealing.id, before.clientSecrets), createdAt: now });
    const secrets = [sealed('one'), { hash: 'a hash', createdAt: now }, { ...sealed('two'), expiresAt: now + 9 }];
    await stores().registrations.save([client, { ...sealing, secrets }], []);
    await stores().seals.replace(underBefore);

    const labels = (await all()).map(({ by, label }) => `${by} ${label}`);
    const kids = (await stores().keys.list()).map(({ kid }) => `keys ${kid}`);
    expect(labels).toEqual(
      expect.arrayContaining([
        ...kids,
        `keys ${(await stores().passwordKeys.find())!.kid}`,
        'keys refresh',
        `clientSecrets ${sealing.id}`,
      ]),
    );
    expect(labels.filter((label) => label === `clientSecrets ${sealing.id}`)).toHaveLength(2);
    expect(labels).not.toContain(`clientSecrets ${client.id}`);
  });

  test('is sealed anew in one step; a second time nothing changes', async () => {
    const texts = async (keys: typeof before) =>
      (await all()).map(({ by, label, text }) => `${label} ${unseal(text, label, keys[by])}`).sort();
    const opened = await texts(before);
    expect(opened).toContainEqual(expect.stringMatching(/ one$/));
    expect(await resealAll(stores().seals, both)).toBe(opened.length);
    expect(await texts(after)).toEqual(opened);
    expect(await resealAll(stores().seals, both)).toBe(0);
    expect(await resealAll(stores().seals, after)).toBe(0);
  });

  test('what opens with no key leaves everything as it was', async () => {
    const stranger = aClient();
    const secrets = [{ sealed: seal('text', stranger.id, keyOf(9)), createdAt: now }];
    await stores().registrations.save([{ ...stranger, secrets }], []);
    const there = new Set((await all()).map(({ text }) => text));
    const other = { keys: [keyOf(5), after.keys], clientSecrets: [keyOf(6), after.clientSecrets] };
    await expect(resealAll(stores().seals, other)).rejects.toThrow(SealBroken);
    expect(new Set((await all()).map(({ text }) => text))).toEqual(there);
    await stores().registrations.save([{ ...stranger, id: stranger.id, secrets: [] }], []);
  });

  test('names and other settings of a client stay', async () => {
    const client = aClient({ client_name: randomUUID() });
    const secrets = [{ sealed: seal('text', client.id, before.clientSecrets), createdAt: now, expiresAt: now + 5 }];
    await stores().registrations.save([{ ...client, secrets }], []);
    await resealAll(stores().seals, both);
    const stored = await stores().clients.find(client.id);
    expect(stored).toMatchObject({ metadata: client.metadata, secrets: [{ createdAt: now, expiresAt: now + 5 }] });
    expect(unseal(stored!.secrets[0]!.sealed!, client.id, after.clientSecrets)).toBe('text');
  });
};
