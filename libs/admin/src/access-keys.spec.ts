import { describe, expect, test } from '@jest/globals';
import { administration } from '@portico/testing';
import {
  apply,
  createAccessKey,
  createClient,
  DeclarationError,
  deleteAccessKey,
  listAccessKeys,
  parseDeclaration,
  setAccessKeyDisabled,
} from './index.js';

const faultLines = (error: unknown): string[] => {
  if (error instanceof DeclarationError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
  throw error;
};
const faultsOf = (work: Promise<unknown>): Promise<string[]> => work.then(() => [], faultLines);
const parse = (document: unknown) =>
  parseDeclaration(document, (path) => {
    if (path === 'secret.txt') return 'from-a-file\n';
    throw new Error('ENOENT');
  });
const parseFaults = (document: unknown): string[] => {
  try {
    parse(document);
    return [];
  } catch (error) {
    return faultLines(error);
  }
};

const hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo';
const machine = { client_id: 'machine', client_secret: 's', grant_types: ['client_credentials'] };
const withKeys = (...access_keys: object[]) => ({ clients: [{ ...machine, access_keys }] });

describe('by command', () => {
  const registered = async () => {
    const needs = administration();
    const { clientId } = await createClient({ grant_types: ['client_credentials'] }, needs);
    return { needs, clientId };
  };

  test('several for one client; the secret is told once and stored as a hash', async () => {
    const { needs, clientId } = await registered();
    const [one, other] = [await createAccessKey(clientId, needs), await createAccessKey(clientId, needs)];
    expect(one).toEqual({
      clientId,
      accessKey: expect.stringMatching(/^[0-9a-f]{24}$/),
      secret: expect.stringMatching(/^[A-Za-z0-9]{43}$/),
    });
    const held = await needs.accessKeys.find(one.accessKey);
    expect(await needs.passwords.verify(one.secret, held?.key.hash)).toBe(true);
    const views = await listAccessKeys(clientId, needs);
    expect(views).toMatchObject([{ access_key: one.accessKey }, { access_key: other.accessKey }]);
    expect(JSON.stringify(views)).not.toMatch(/argon2/);
    expect(await listAccessKeys('nobody', needs)).toEqual([]);
    expect(await listAccessKeys(undefined, needs)).toEqual(views);
  });

  test('disabled, enabled, deleted', async () => {
    const { needs, clientId } = await registered();
    const { accessKey } = await createAccessKey(clientId, needs);
    await setAccessKeyDisabled({ accessKey, disabled: true }, needs);
    expect(await listAccessKeys(clientId, needs)).toMatchObject([{ disabled_at: needs.clock() }]);
    await setAccessKeyDisabled({ accessKey, disabled: false }, needs);
    expect((await listAccessKeys(clientId, needs))[0]).not.toHaveProperty('disabled_at');
    await deleteAccessKey(accessKey, needs);
    expect(await listAccessKeys(clientId, needs)).toEqual([]);
  });

  test('what is not there', async () => {
    const { needs } = await registered();
    const { clientId } = await createClient({ redirect_uris: ['https://rp.example/cb'] }, needs);
    expect(await faultsOf(createAccessKey('nobody', needs))).toEqual(['client_id: names no client']);
    expect(await faultsOf(createAccessKey(clientId, needs))).toEqual([
      'client_id: names a client without client_credentials in grant_types',
    ]);
    const missing = ['access_key: names no access key'];
    expect(await faultsOf(setAccessKeyDisabled({ accessKey: 'x', disabled: true }, needs))).toEqual(missing);
    expect(await faultsOf(deleteAccessKey('x', needs))).toEqual(missing);
  });
});

describe('by declaration', () => {
  const key = { access_key: 'AK1', secret: 'SK1' };
  const applied = async (document: unknown, needs = administration()) => {
    const changes = await apply(parse(document), needs);
    return { needs, changes: changes.map(({ kind, name, change }) => `${kind} ${name} ${change}`) };
  };
  const stateOf = async (needs: ReturnType<typeof administration>, id: string) =>
    (await needs.accessKeys.find(id))?.key.disabledAt === undefined ? 'enabled' : 'disabled';

  test('a second time changes nothing; another secret, or disabled, is an update', async () => {
    const { needs, changes } = await applied(withKeys(key, { access_key: 'AK2', secret_hash: hash }));
    expect(changes).toEqual(['client machine created', 'access key AK1 created', 'access key AK2 created']);
    expect((await applied(withKeys(key), needs)).changes).toEqual([
      'client machine unchanged',
      'access key AK1 unchanged',
    ]);
    const other = withKeys({ ...key, secret: 'SK2' }, { access_key: 'AK2', secret_hash: hash, disabled: true });
    expect((await applied(other, needs)).changes.slice(1)).toEqual([
      'access key AK1 updated',
      'access key AK2 updated',
    ]);
    expect(await needs.passwords.verify('SK2', (await needs.accessKeys.find('AK1'))?.key.hash)).toBe(true);
    expect(await stateOf(needs, 'AK2')).toBe('disabled');
  });

  test('keys that the file does not name stay; a disabled one is opened again only where the file says so', async () => {
    const { needs } = await applied(withKeys(key));
    const { accessKey } = await createAccessKey('machine', needs);
    await setAccessKeyDisabled({ accessKey: 'AK1', disabled: true }, needs);
    for (const document of [withKeys(key), withKeys(), { clients: [machine] }, withKeys({ ...key, secret: 'SK2' })]) {
      await applied(document, needs);
      expect([await stateOf(needs, 'AK1'), await stateOf(needs, accessKey)]).toEqual(['disabled', 'enabled']);
    }
    await applied(withKeys({ ...key, disabled: false }), needs);
    expect(await stateOf(needs, 'AK1')).toBe('enabled');
  });

  test('one that belongs to another client, or has a client’s id, changes nothing', async () => {
    const { needs } = await applied({ clients: [...withKeys(key).clients, { ...machine, client_id: 'other' }] });
    for (const [id, why] of [
      ['AK1', 'belongs to another client'],
      ['machine', 'is the client_id of a client'],
    ]) {
      const thief = { ...machine, client_id: 'thief', access_keys: [{ access_key: id, secret: 's' }] };
      expect(await faultsOf(applied({ clients: [thief] }, needs))).toEqual([
        `clients[0].access_keys[0].access_key: ${why}`,
      ]);
    }
    expect(await needs.clients.find('thief')).toBeUndefined();
  });

  test('a secret comes from a file too, and a public client may have keys', () => {
    const { clients } = parse({
      clients: [
        {
          client_id: 'spa',
          token_endpoint_auth_method: 'none',
          grant_types: ['client_credentials'],
          access_keys: [{ access_key: 'AK', secret_file: 'secret.txt' }],
        },
      ],
    });
    expect(clients[0]?.accessKeys).toEqual([{ id: 'AK', secret: { text: 'from-a-file' } }]);
  });

  const table: [document: unknown, fault: string][] = [
    [withKeys({ access_key: 'AK' }), 'secret: is required (or secret_file, or secret_hash)'],
    [withKeys({ ...key, secret_hash: hash }), 'secret_hash: must be left out beside secret'],
    [withKeys({ secret: 's' }), 'access_key: is required'],
    [withKeys({ ...key, access_key: 'a b' }), 'access_key: must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ -'],
    [withKeys({ ...key, disable: true }), 'disable: is not a setting of Portico; did you mean disabled?'],
    [withKeys({ ...key, disabled: 'yes' }), 'disabled: must be true or false'],
    [withKeys({ ...key, access_key: 'machine' }), 'access_key: is the same as clients[0].client_id'],
  ];
  test.each(table)('%j', (document, fault) =>
    expect(parseFaults(document)).toEqual([`clients[0].access_keys[0].${fault}`]),
  );

  test('one key twice; a client without the grant', () => {
    expect(parseFaults(withKeys(key, key))).toEqual([
      'clients[0].access_keys[1].access_key: is the same as clients[0].access_keys[0].access_key',
    ]);
    const web = { client_id: 'web', client_secret: 's', redirect_uris: ['https://rp.example/cb'], access_keys: [key] };
    expect(parseFaults({ clients: [web] })).toEqual([
      'clients[0].access_keys: needs client_credentials in grant_types',
    ]);
  });

  test('hostile documents', () => {
    for (const access_keys of [{}, 'x', [null], [[]], ['AK']])
      expect(parseFaults({ clients: [{ ...machine, access_keys }] })).toHaveLength(1);
  });
});
