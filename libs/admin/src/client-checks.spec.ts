import { describe, expect, test } from '@jest/globals';
import { DeclarationError, parseDeclaration } from './index.js';

const faultsOf = (settings: object): string[] => {
  const client = { client_id: 'web', client_secret: 's3cret', redirect_uris: ['https://rp.example/cb'], ...settings };
  try {
    parseDeclaration({ clients: [client] }, () => '');
    return [];
  } catch (error) {
    if (error instanceof DeclarationError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

describe('redirect_uri_wildcards', () => {
  const uris = ['https://rp.example/cb', 'https://*.rp.example/cb', 'https://rp.example/cb/*'];

  test('a star where it may stand', () => {
    const settings = { redirect_uris: uris, post_logout_redirect_uris: uris, redirect_uri_wildcards: true };
    expect(faultsOf(settings)).toEqual([]);
  });

  test.each([undefined, false])('none where it is %s', (redirect_uri_wildcards) => {
    const off = 'must have no * where redirect_uri_wildcards is not true';
    const settings = { redirect_uris: uris, post_logout_redirect_uris: uris.slice(2), redirect_uri_wildcards };
    expect(faultsOf(settings)).toEqual([
      `clients[0].redirect_uris[1]: ${off}`,
      `clients[0].redirect_uris[2]: ${off}`,
      `clients[0].post_logout_redirect_uris[0]: ${off}`,
    ]);
  });

  test.each([
    'https://*/cb',
    'https://*.com/cb',
    'https://a.*.example/cb',
    'https://rp.example:*/cb',
    'https://*@rp.example/cb',
    'https://rp.example/cb?x=*',
    'com.example.app:/*',
  ])('never in another place: %s', (uri) => {
    const fault =
      'may have a * only as *. before a domain of two labels or more, or in the path, of a URI in its canonical form';
    for (const setting of ['redirect_uris', 'post_logout_redirect_uris'])
      expect(faultsOf({ [setting]: [uri], redirect_uri_wildcards: true })).toContain(
        `clients[0].${setting}[0]: ${fault}`,
      );
  });
});

describe('allow_http_redirect_uris', () => {
  const implicit = { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'id_token'] };
  const uris = ['https://rp.example/cb', 'http://rp.example/cb'];
  const refused = (uri: string, type: string, at = 0) =>
    `clients[0].redirect_uris[${at}]: ${uri} must use https for the response type ${type} (a loopback address may use http, and any where allow_http_redirect_uris is true)`;

  test.each(['id_token', 'id_token token', 'token id_token', 'code id_token', 'code token', 'code id_token token'])(
    'Dynamic Client Registration §2: web clients using implicit MUST only register https: %s',
    (type) => {
      const named = type.split(' ').sort().join(' ');
      const settings = { ...implicit, response_types: ['code', type], redirect_uris: uris };
      expect(faultsOf(settings)).toEqual([refused('http://rp.example/cb', named, 1)]);
      expect(faultsOf({ ...settings, allow_http_redirect_uris: false })).toHaveLength(1);
      expect(faultsOf({ ...settings, allow_http_redirect_uris: true })).toEqual([]);
    },
  );

  test('a client of codes alone may have them', () => {
    expect(faultsOf({ redirect_uris: uris })).toEqual([]);
    expect(faultsOf({ redirect_uris: uris, response_types: ['code', 'none'] })).toEqual([]);
  });

  test.each(['http://localhost:5173/cb', 'http://127.0.0.1/cb', 'http://[::1]:9/cb', 'com.example.app:/cb'])(
    'a loopback address, and a scheme of its own: %s',
    (uri) => expect(faultsOf({ ...implicit, redirect_uris: [uri] })).toEqual([]),
  );

  test.each([
    ['HTTP://rp.example/cb', 'http://rp.example/cb'],
    ['http://localhost.evil.test/', 'http://localhost.evil.test/'],
    ['http://127.0.0.1.evil.test/', 'http://127.0.0.1.evil.test/'],
    ['http://localhost@evil.test/', 'http://localhost@evil.test/'],
    ['http://rp.example/\u001b[2J', 'http://rp.example/%1B[2J'],
  ])('what only looks like one is not, and reaches no terminal as it is: %j', (uri, shown) => {
    expect(faultsOf({ ...implicit, redirect_uris: [uri] })).toEqual([refused(shown, 'id_token')]);
  });

  test('every one of them is told, and so is a pattern', () => {
    const settings = { ...implicit, redirect_uri_wildcards: true };
    const many = ['http://one.example/cb', 'http://*.two.example/cb', 'http://three.example/*'];
    expect(faultsOf({ ...settings, redirect_uris: many })).toEqual(many.map((uri, at) => refused(uri, 'id_token', at)));
  });

  test('what is no URI, or no list, is the fault of its shape alone', () => {
    for (const redirect_uris of [['http://'], 'http://rp.example/cb', [7]])
      expect(faultsOf({ ...implicit, redirect_uris }).join()).not.toContain('must use https');
  });
});

test('a setting that there is not is told with the closest one', () => {
  expect(faultsOf({ login_uris: ['https://rp.example/login'] })).toEqual([
    'clients[0].login_uris: is not a setting of Portico; did you mean initiate_login_uri?',
  ]);
});

describe('grants', () => {
  test('RFC 6749 §4.3: password, with refresh_token, without redirect URIs', () => {
    expect(faultsOf({ grant_types: ['password', 'refresh_token'], redirect_uris: [] })).toEqual([]);
  });
});

describe('policies', () => {
  test.each([
    [{ consent: 'never' }, 'consent: must be remember or always or skip'],
    [{ session_lifetime: 0 }, 'session_lifetime: must be at least 1'],
    [{ allow_http_redirect_uris: 'no' }, 'allow_http_redirect_uris: must be true or false'],
  ])('%j', (settings, fault) => expect(faultsOf(settings)).toEqual([`clients[0].${fault}`]));
});

test('RFC 8628 §3.4: a device needs no redirect URI, no secret, and may have refresh tokens', () => {
  const device = 'urn:ietf:params:oauth:grant-type:device_code';
  const settings = { client_secret: undefined, token_endpoint_auth_method: 'none', redirect_uris: undefined };
  expect(faultsOf({ ...settings, grant_types: [device, 'refresh_token'] })).toEqual([]);
  expect(faultsOf({ ...settings, grant_types: ['refresh_token'] })).toHaveLength(1);
});

describe('frontchannel_logout_uri', () => {
  const at = (frontchannel_logout_uri: string, more: object = {}) => faultsOf({ frontchannel_logout_uri, ...more });
  const fault = (message: string) => [`clients[0].frontchannel_logout_uri: ${message}`];
  const ofOwnOrigin = fault('must have scheme, host and port of one of the redirect_uris');

  test.each([
    'https://rp.example/out',
    'https://rp.example/out?a=b',
    'https://rp.example:443/',
    'https://RP.example/out',
  ])('Front-Channel Logout 1.0 §2: at the origin of a redirect URI: %s', (uri) =>
    expect(at(uri, { frontchannel_logout_session_required: true })).toEqual([]),
  );

  test.each([
    'http://rp.example/out',
    'https://rp.example:8443/out',
    'https://other.example/out',
    'https://sub.rp.example/out',
    'https://rp.example.evil.test/out',
  ])('Front-Channel Logout 1.0 §2: domain, port and scheme MUST be those of a redirect URI: %s', (uri) =>
    expect(at(uri)).toEqual(ofOwnOrigin),
  );

  test('Front-Channel Logout 1.0 §2: any of them; one with a * is none', () => {
    const uris = ['https://*.star.example/cb', 'https://two.example/cb'];
    const settings = { redirect_uris: uris, redirect_uri_wildcards: true };
    expect(at('https://two.example/out', settings)).toEqual([]);
    expect(at('https://a.star.example/out', settings)).toEqual(ofOwnOrigin);
  });

  test.each([
    ['https://rp.example/out#a', 'must have no fragment, and a host of letters, digits, hyphens and dots'],
    ['/out', expect.any(String)],
    ['javascript:alert(1)', expect.any(String)],
    ["https://rp.example;script-src/'unsafe-inline'", expect.any(String)],
    [`https://rp.example/${'a'.repeat(3000)}`, expect.any(String)],
  ])('Front-Channel Logout 1.0 §2: an absolute URI without fragment: %.60s', (uri, message) => {
    expect(at(uri)).toContainEqual(expect.stringMatching(/^clients\[0\]\.frontchannel_logout_uri: /));
    if (typeof message === 'string') expect(at(uri)).toContain(fault(message)[0]);
  });

  test('Front-Channel Logout 1.0 §2: http where the client is confidential alone', () => {
    const http = { redirect_uris: ['http://rp.example/cb'] };
    expect(at('http://rp.example/out', http)).toEqual([]);
    const open = { ...http, token_endpoint_auth_method: 'none', client_secret: undefined };
    expect(at('http://rp.example/out', open)).toEqual(fault('must use https: token_endpoint_auth_method is none'));
  });
});
