import { beforeEach, describe, expect, it } from '@jest/globals';
import { dayOf, monthOf, sha256 } from '@portico/endpoint';
import { basic, bodyOf, get, issuer, post, rules, secret, type GivenParams, type Rules } from '@portico/testing';
import { tokenKey } from '../token-key.js';

const device = 'urn:ietf:params:oauth:grant-type:device_code';
const clients = {
  tv: { token_endpoint_auth_method: 'none', grant_types: [device], redirect_uris: [] },
  slow: {
    token_endpoint_auth_method: 'none',
    grant_types: [device],
    device_code_lifetime: 4 * 86_400,
    redirect_uris: [],
  },
  patient: {
    token_endpoint_auth_method: 'none',
    grant_types: [device],
    device_code_lifetime: 401 * 86_400,
    redirect_uris: [],
  },
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
      device_code: expect.stringMatching(/^[\w-]{43}[0-9a-f]{5}$/),
      user_code: expect.stringMatching(code),
      verification_uri: 'https://id.example.test/device',
      verification_uri_complete: `https://id.example.test/device?user_code=${String(bodyOf(reply).user_code)}`,
      verification_qr_uri: `https://id.example.test/device/qr?user_code=${String(bodyOf(reply).user_code)}`,
      expires_in: 600,
      interval: 5,
    });
  });

  it.each([
    ['tv', 600, dayOf],
    ['slow', 4 * 86_400, monthOf],
    ['patient', 401 * 86_400, undefined],
  ])('§3.2: the code of %s names where it is kept, until it has expired', async (client_id, seconds, partOf) => {
    const { device_code: code, user_code: typed } = bodyOf(await begin({ client_id })) as Record<string, string>;
    const place = partOf === undefined ? '' : `${partOf(all.clock() + seconds)}..`;
    const found = await all.stores.devices.find(typed!.replace('-', ''), all.clock());
    expect(found?.deviceCodeHash).toBe(`${place}${sha256(code!)}`);
    for (const later of [0, seconds, seconds + 3600])
      expect(tokenKey(code!, all.clock() + later)).toBe(found?.deviceCodeHash);
  });

  it.each([
    ['zh-CN', 'zh-CN'],
    ['zh-CN en', 'zh-CN+en'],
  ])(
    '§3.1, OpenID Connect Core 1.0 §3.1.2.1: ui_locales=%s goes with the link and the picture',
    async (asked, sent) => {
      const body = bodyOf(await begin({ client_id: 'tv', ui_locales: asked })) as Record<string, string>;
      const query = `?user_code=${body.user_code!}&ui_locales=${sent}`;
      expect(body).toMatchObject({
        verification_uri: 'https://id.example.test/device',
        verification_uri_complete: `https://id.example.test/device${query}`,
        verification_qr_uri: `https://id.example.test/device/qr${query}`,
      });
      const { searchParams } = new URL(body.verification_qr_uri!);
      expect(await all.endpoints.deviceQr(get(Object.fromEntries(searchParams)))).toMatchObject({
        kind: 'qr_code',
        text: body.verification_uri_complete,
      });
    },
  );

  it.each(['', ' ', 'zh_CN', 'zh-CN  en', '"><script>', 'a\u0000b', '中文', 'x'.repeat(101), '&user_code=WDJB-MJHT'])(
    'OpenID Connect Core 1.0 §3.1.2.1: what are no languages is left out, and no error: %j',
    async (asked) => {
      const body = bodyOf(await begin({ client_id: 'tv', ui_locales: asked })) as Record<string, string>;
      expect(body.verification_uri_complete).toBe(`https://id.example.test/device?user_code=${body.user_code!}`);
      const picture = await all.endpoints.deviceQr(get({ user_code: body.user_code, ui_locales: asked }));
      expect(picture).toMatchObject({ kind: 'qr_code', text: body.verification_uri_complete });
    },
  );

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
    ['RFC 6749 §3.2: ui_locales twice', { client_id: 'tv', ui_locales: ['zh-CN', 'zh-CN'] }, 'invalid_request'],
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
