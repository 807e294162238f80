import { describe, expect, test } from '@jest/globals';
import { clientMetadataSchema } from '@portico/oidc';
import { DeclarationError, parseDeclaration, unimplementedClientSettings, unimplementedValues } from './index.js';

const files: Record<string, string> = { 'secret.txt': 'from-a-file\n', 'empty.txt': '\n' };
const readFile = (path: string): string => {
  const text = files[path];
  if (text === undefined) throw new Error(`ENOENT ${path}`);
  return text;
};
const parse = (document: unknown) => parseDeclaration(document, readFile);

const faultsOf = (document: unknown): string[] => {
  try {
    parse(document);
    return [];
  } catch (error) {
    if (error instanceof DeclarationError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

const hash = '$argon2id$v=19$m=19456,t=2,p=1$c29tZXNhbHRzb21lc2FsdA$aGFzaGhhc2hoYXNoaGFzaGhhc2hoYXNo';
const web = { client_id: 'web', client_secret: 's3cret', redirect_uris: ['https://rp.example/cb'] };
const spa = { client_id: 'spa', token_endpoint_auth_method: 'none', redirect_uris: ['https://rp.example/cb'] };
const alice = { username: 'alice', password: 'correct horse battery staple', email: 'alice@example.test' };

describe('a declaration that fits', () => {
  test('RFC 7591 §2: what is left out of a client has its standard value', () => {
    const [client] = parse({ clients: [web] }).clients;
    expect(client).toEqual({
      id: 'web',
      secret: { text: 's3cret' },
      metadata: clientMetadataSchema.parse({ redirect_uris: ['https://rp.example/cb'] }),
    });
  });

  test('RFC 7591 §2.1: a client without the code grant has no response type unless it names one', () => {
    const [client] = parse({ clients: [{ ...web, redirect_uris: [], grant_types: ['client_credentials'] }] }).clients;
    expect(client?.metadata.response_types).toEqual([]);
  });

  test('OAuth 2.0 Multiple Response Types §5: the order of the words does not matter', () => {
    const hybrid = {
      ...web,
      grant_types: ['authorization_code', 'implicit'],
      response_types: ['code', 'token id_token code'],
    };
    const [client] = parse({ clients: [hybrid] }).clients;
    expect(client?.metadata.response_types).toEqual(['code', 'code id_token token']);
  });

  test('a client without an id gets one of 24 hex digits, the same each time', () => {
    const { client_id: _, ...nameless } = web;
    const idOf = (client_name: string) => parse({ clients: [{ ...nameless, client_name }] }).clients[0]?.id;
    expect(idOf('Demo')).toMatch(/^[0-9a-f]{24}$/);
    expect(idOf('Demo')).toBe(idOf('Demo'));
    expect(idOf('Demo')).not.toBe(idOf('Other'));
  });

  test('a secret comes from a file, without the newline at its end, or as a hash', () => {
    const { client_secret: _, ...bare } = web;
    const declared = parse({
      clients: [{ ...bare, client_secret_file: 'secret.txt' }],
      accounts: [{ username: 'bob', password_hash: hash }],
    });
    expect(declared.clients[0]?.secret).toEqual({ text: 'from-a-file' });
    expect(declared.accounts[0]?.password).toEqual({ hash });
  });

  test('OpenID Connect Core 1.0 §5.1: claims stand flat beside the user name', () => {
    const [account] = parse({ accounts: [{ ...alice, email_verified: true, subject: 'a1' }] }).accounts;
    expect(account).toEqual({
      username: 'alice',
      subject: 'a1',
      password: { text: alice.password },
      claims: { email: 'alice@example.test', email_verified: true },
    });
  });

  test('unknown scopes, and offline_access without a refresh_token grant, are tolerated', () => {
    expect(faultsOf({ clients: [{ ...web, scope: 'openid offline_access api:read' }] })).toEqual([]);
  });

  test('an empty mapping names nothing', () => expect(parse({})).toEqual({ clients: [], accounts: [], settings: {} }));
});

describe('what is not implemented yet is refused by name', () => {
  test.each(Object.keys(unimplementedClientSettings))('%s', (setting) => {
    expect(faultsOf({ clients: [{ ...web, [setting]: 'x' }] })).toEqual([
      `clients[0].${setting}: is not implemented yet`,
    ]);
  });

  test.each(
    Object.entries(unimplementedValues).flatMap(([setting, values]) =>
      Object.keys(values).map((value) => [setting, value] as const),
    ),
  )('%s %s', (setting, value) => {
    const list = setting === 'grant_types' ? ['authorization_code', value] : ['code', value];
    const many = setting === 'grant_types' || setting === 'response_types';
    const grants = setting === 'response_types' ? { grant_types: ['authorization_code', 'implicit'] } : {};
    expect(faultsOf({ clients: [{ ...web, ...grants, [setting]: many ? list : value }] })).toEqual([
      `clients[0].${setting}${many ? '[1]' : ''}: ${value} is not implemented yet`,
    ]);
  });

  test('RFC 7591 §2.2: a name in a language', () => {
    expect(faultsOf({ clients: [{ ...web, 'client_name#zh-CN': '示例' }] })).toEqual([
      'clients[0].client_name#zh-CN: is not implemented yet',
    ]);
  });

  test('no implemented setting is in the table', () => {
    const implemented = Object.keys(clientMetadataSchema.shape);
    expect(implemented.filter((name) => name in unimplementedClientSettings)).toEqual([]);
  });
});

describe('faults of one setting', () => {
  const redirect = 'must be an absolute URI without a fragment, and no javascript:, data: or the like';
  const table: [document: unknown, fault: string][] = [
    [null, ': must be a mapping'],
    [[], ': must be a mapping'],
    [{ client: [] }, 'client: is not a setting of Portico; did you mean clients?'],
    [{ clients: {} }, 'clients: must be a list'],
    [{ clients: ['web'] }, 'clients[0]: must be a mapping'],
    [{ clients: [{ ...web, client_id: 12 }] }, 'clients[0].client_id: must be a text (put it between quotes)'],
    [
      { clients: [{ ...web, client_id: 'a b' }] },
      'clients[0].client_id: must be 1 to 128 characters of A-Z a-z 0-9 . _ ~ -',
    ],
    [
      { clients: [{ ...web, redirect_uri: 'x' }] },
      'clients[0].redirect_uri: is not a setting of Portico; did you mean redirect_uris?',
    ],
    [
      { clients: [{ ...web, backchannel_logout_url: 'x' }] },
      'clients[0].backchannel_logout_url: is not a setting of Portico; did you mean backchannel_logout_uri?',
    ],
    [{ clients: [{ ...web, zebra: 'x' }] }, 'clients[0].zebra: is not a setting of Portico'],
    [{ clients: [{ ...web, 'a\nb': 'x' }] }, 'clients[0]."a\\nb": is not a setting of Portico'],
    [
      { clients: [{ ...web, redirect_uris: ['https://rp.example/cb', '/cb'] }] },
      `clients[0].redirect_uris[1]: ${redirect}`,
    ],
    [{ clients: [{ ...web, redirect_uris: ['javascript:alert(1)'] }] }, `clients[0].redirect_uris[0]: ${redirect}`],
    [{ clients: [{ ...web, access_token_format: 'paseto' }] }, 'clients[0].access_token_format: must be jwt or opaque'],
    [{ clients: [{ ...web, id_token_lifetime: 0 }] }, 'clients[0].id_token_lifetime: must be at least 1'],
    [
      { clients: [{ ...web, scope: 'openid  email' }] },
      'clients[0].scope: must be scope names with single spaces between them',
    ],
    [{ accounts: [{ password: 'x' }] }, 'accounts[0].username: is required'],
    [
      { accounts: [{ ...alice, user_name: 'x' }] },
      'accounts[0].user_name: is not a setting of Portico; did you mean username?',
    ],
    [{ accounts: [{ ...alice, email: 'alice' }] }, 'accounts[0].email: must be an e-mail address'],
    [{ accounts: [{ ...alice, address: { zip: '1' } }] }, 'accounts[0].address.zip: is not a setting of Portico'],
    [{ accounts: [{ ...alice, password: 'p'.repeat(1025) }] }, 'accounts[0].password: must have at most 1024 bytes'],
    [{ accounts: [{ ...alice, subject: 'ä' }] }, 'accounts[0].subject: must be 1 to 255 visible ASCII characters'],
    [
      { accounts: [{ username: 'bob', password_file: 'nowhere' }] },
      'accounts[0].password_file: names a file that cannot be read',
    ],
    [
      { accounts: [{ username: 'bob', password_file: 'empty.txt' }] },
      'accounts[0].password_file: names a file that is empty',
    ],
    [
      { accounts: [{ username: 'bob', password_hash: '$2b$10$abcdefghijklmnopqrstuv' }] },
      'accounts[0].password_hash: must be an argon2id hash in PHC form ($argon2id$v=19$m=…,t=…,p=…$salt$hash)',
    ],
  ];
  test.each(table)('%j', (document, fault) => expect(faultsOf(document)).toEqual([fault]));
});

describe('settings of the installation', () => {
  test('those that are named', () => {
    expect(parse({ settings: { session_lifetime: 3600 } }).settings).toEqual({ session_lifetime: 3600 });
  });

  test('an unknown one, and a value that does not fit', () => {
    expect(faultsOf({ settings: { sesion_lifetime: 1, refresh_token_replay_window: 301 } })).toEqual([
      expect.stringMatching(/^settings\.refresh_token_replay_window: /),
      'settings.sesion_lifetime: is not a setting of Portico; did you mean session_lifetime?',
    ]);
  });
});

describe('faults between settings', () => {
  const { client_secret: _, ...secretless } = web;
  const { client_id: __, ...nameless } = web;
  const table: [title: string, document: unknown, fault: string][] = [
    [
      'RFC 6749 §2.3.1: a confidential client without a secret',
      { clients: [secretless] },
      'clients[0].client_secret: is required (or client_secret_file, or client_secret_hash)',
    ],
    [
      'two secrets',
      { clients: [{ ...web, client_secret_hash: hash }] },
      'clients[0].client_secret_hash: must be left out beside client_secret',
    ],
    [
      'RFC 6749 §2.1: a public client with a secret',
      { clients: [{ ...spa, client_secret: 's' }] },
      'clients[0].client_secret: must be left out: token_endpoint_auth_method is none',
    ],
    [
      'a public client that shall authenticate at introspection',
      { clients: [{ ...spa, introspection_endpoint_auth_method: 'client_secret_basic' }] },
      'clients[0].introspection_endpoint_auth_method: must be none, as token_endpoint_auth_method is',
    ],
    [
      'RFC 6749 §4.4: client_credentials of a public client',
      { clients: [{ ...spa, grant_types: ['authorization_code', 'client_credentials'] }] },
      'clients[0].grant_types[1]: client_credentials is for clients with a secret: token_endpoint_auth_method is none',
    ],
    [
      'RFC 6749 §1.5: refresh_token alone',
      { clients: [{ ...web, grant_types: ['refresh_token'] }] },
      'clients[0].grant_types[0]: refresh_token needs authorization_code beside it',
    ],
    [
      'RFC 7591 §2.1: the response type code without its grant',
      { clients: [{ ...web, grant_types: ['client_credentials'], response_types: ['code'] }] },
      'clients[0].response_types[0]: code needs authorization_code in grant_types',
    ],
    [
      'RFC 7591 §2.1: the code grant without its response type',
      { clients: [{ ...web, response_types: [] }] },
      'clients[0].response_types: must include code for the grant authorization_code',
    ],
    [
      'RFC 6749 §3.1.2.2: the code grant without redirect URIs',
      { clients: [{ ...web, redirect_uris: [] }] },
      'clients[0].redirect_uris: is required for the grant authorization_code',
    ],
    ['neither id nor name', { clients: [nameless] }, 'clients[0].client_id: is required where client_name is left out'],
    ['one client id twice', { clients: [web, web] }, 'clients[1].client_id: is the same as clients[0].client_id'],
    [
      'one name twice where no id tells them apart',
      {
        clients: [
          { ...nameless, client_name: 'Demo' },
          { ...nameless, client_name: 'Demo' },
        ],
      },
      'clients[1].client_name: is the same as clients[0].client_name',
    ],
    [
      'two passwords',
      { accounts: [{ ...alice, password_hash: hash }] },
      'accounts[0].password_hash: must be left out beside password',
    ],
    [
      'one user name twice, in letters of another case',
      { accounts: [alice, { username: 'Alice' }] },
      'accounts[1].username: is the same as accounts[0].username',
    ],
    [
      'an e-mail address that is the user name of another',
      { accounts: [alice, { username: 'ALICE@example.test' }] },
      'accounts[1].username: is the same as accounts[0].email',
    ],
    [
      'OpenID Connect Core 1.0 §2: one subject twice',
      {
        accounts: [
          { username: 'a', subject: '1' },
          { username: 'b', subject: '1' },
        ],
      },
      'accounts[1].subject: is the same as accounts[0].subject',
    ],
  ];
  test.each(table)('%s', (_title, document, fault) => expect(faultsOf(document)).toEqual([fault]));

  test('one person may use the e-mail address as the user name', () => {
    expect(faultsOf({ accounts: [{ username: 'a@example.test', email: 'a@example.test' }] })).toEqual([]);
  });
});

test('every fault is told at once, and no secret is repeated', () => {
  const faults = faultsOf({
    clients: [
      {
        ...web,
        redirect_uris: ['nowhere', 5],
        client_secret: 'tab\there',
        token_endpoint_auth_method: 'tls_client_auth',
      },
      { ...spa, client_id: 'web', client_secret: 'hunter2' },
    ],
    accounts: [{ username: 'a b', email: 'x' }],
    nonsense: 1,
  });
  expect(faults.map((fault) => fault.split(': ')[0])).toEqual([
    'clients[0].client_secret',
    'clients[0].redirect_uris[0]',
    'clients[0].redirect_uris[1]',
    'clients[0].token_endpoint_auth_method',
    'accounts[0].username',
    'accounts[0].email',
    'nonsense',
    'clients[1].client_secret',
    'clients[1].client_id',
  ]);
  expect(faults.join('\n')).not.toMatch(/tab|hunter2/);
});

test('hostile documents are refused, not followed', () => {
  const deep = JSON.parse(`{"clients":${'['.repeat(500)}${']'.repeat(500)}}`) as unknown;
  expect(faultsOf(deep)).toEqual(['clients[0]: must be a mapping']);
  expect(faultsOf(JSON.parse('{"__proto__":{"clients":[]}}'))).toEqual(['__proto__: is not a setting of Portico']);
  expect(faultsOf({ clients: [{ ...web, constructor: 1, response_types: ['code', 'toString'] }] })).toHaveLength(2);
});
