import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, issuer, post, rules, secret, type GivenParams, type Rules } from '@portico/testing';

const device = 'urn:ietf:params:oauth:grant-type:device_code';
const clients = {
  tv: { token_endpoint_auth_method: 'none', grant_types: [device], redirect_uris: [] },
  printer: { grant_types: [device, 'refresh_token'], device_code_lifetime: 120, redirect_uris: [] },
  web: {},
};

let all: Rules;
beforeEach(async () => {
  all = await rules(clients);
});
const begin = (params: GivenParams, headers: Record<string, string> = {}) =>
  all.endpoints.deviceAuthorization(post(params, { headers }));

describe('RFC 8628 §3.2: the device authorization response', () => {
  it('has everything a device needs', async () => {
    const reply = await begin({ client_id: 'tv', scope: 'openid profile' });
    const code = /^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/;
    expect(reply).toMatchObject({ kind: 'json', status: 200, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(code),
      verification_uri: 'https://id.example.test/device',
      verification_uri_complete: `https://id.example.test/device?user_code=${String(bodyOf(reply).user_code)}`,
      verification_qr_uri: `https://id.example.test/device/qr?user_code=${String(bodyOf(reply).user_code)}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it('§3.1: a confidential client authenticates as at the token endpoint; its lifetime is its own', async () => {
    expect(bodyOf(await begin({}, basic('printer', secret)))).toMatchObject({ expires_in: 120 });
    expect(bodyOf(await begin({}, basic('printer', 'wrong')))).toMatchObject({ error: 'invalid_client' });
    expect(bodyOf(await begin({ client_id: 'printer' }))).toMatchObject({ error: 'invalid_client' });
  });

  it('RFC 6749 §3.3: scopes that the client may not have are ignored', async () => {
    const { user_code: code } = bodyOf(await begin({ client_id: 'tv', scope: 'openid magic' }));
    const found = await all.stores.devices.find(String(code).replace('-', ''), all.clock());
    expect(found).toMatchObject({ clientId: 'tv', scope: ['openid'], expiresAt: all.clock() + 600 });
  });

  it.each([
    ['no client', {}, 'invalid_client'],
    ['an unknown client', { client_id: 'nobody' }, 'invalid_client'],
    ['RFC 6749 §3.2: a parameter twice', { client_id: 'tv', scope: ['openid', 'profile'] }, 'invalid_request'],
  ])('refuses %s', async (_, params: GivenParams, error) => {
    expect(bodyOf(await begin(params))).toMatchObject({ error });
  });

  it('RFC 6749 §5.2: unauthorized_client where the client is not registered for the grant', async () => {
    expect(bodyOf(await begin({}, basic('web', secret)))).toMatchObject({ error: 'unauthorized_client' });
  });

  it('§4: is advertised, and so is the grant', async () => {
    expect(bodyOf(await all.endpoints.discovery(get()))).toMatchObject({
      device_authorization_endpoint: `${issuer}/device/auth`,
      grant_types_supported: expect.arrayContaining([device]),
    });
  });
});
