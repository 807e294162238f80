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
