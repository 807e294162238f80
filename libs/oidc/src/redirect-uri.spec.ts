import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, rules, type GivenParams, type Rules } from '@portico/testing';
import { isRegistered, redirectUriAllowed } from './redirect-uri.js';

const wild = {
  redirect_uris: ['https://*.example.com/cb', 'https://app.example.com/cb/*'],
  post_logout_redirect_uris: ['https://*.example.com/bye'],
};
let all: Rules;
beforeEach(async () => {
  all = await rules({
    wild: { ...wild, redirect_uri_wildcards: true },
    tame: wild,
    sole: { redirect_uris: ['https://*.example.com/cb'], redirect_uri_wildcards: true },
  });
});

const authorize = (id: string, redirect_uri: string | undefined, more: GivenParams = {}) =>
  all.endpoints.authorize(
    get({ client_id: id, redirect_uri, response_type: 'code', scope: 'openid', prompt: 'none', ...more }),
  );
const logout = (id: string, uri: string) =>
  all.endpoints.endSession(get({ client_id: id, post_logout_redirect_uri: uri }));

describe('redirect_uri_wildcards', () => {
  it('a URI that a pattern names is redirected to; any other is a page', async () => {
    for (const uri of ['https://t1.example.com/cb', 'https://a.b.example.com/cb', 'https://app.example.com/cb/x/y'])
      expect(await authorize('wild', uri)).toMatchObject({
        kind: 'redirect',
        location: expect.stringContaining(`${uri}?`),
      });
    for (const uri of [
      'https://example.com/cb',
      'https://t1.example.com/cb/x',
      'https://app.example.com/cb/../x',
      wild.redirect_uris[0]!,
    ])
      expect(await authorize('wild', uri)).toMatchObject({ kind: 'page', page: { error: 'invalid_request' } });
  });

  it('RFC 9700 §2.1: off, a star is only a character, and not even itself', async () => {
    for (const uri of ['https://t1.example.com/cb', ...wild.redirect_uris])
      expect(await authorize('tame', uri)).toMatchObject({ kind: 'page' });
    expect(isRegistered('https://t1.example.com/cb', wild.redirect_uris)).toBe(false);
  });

  it('OpenID Connect Core 1.0 §14: the same letter, composed and decomposed, is another URI', () => {
    const [composed, decomposed] = ['https://a.test/caf\u00e9', 'https://a.test/cafe\u0301'];
    expect(composed.normalize('NFD')).toBe(decomposed);
    expect([isRegistered(composed, [composed]), isRegistered(decomposed, [composed])]).toEqual([true, false]);
    expect(isRegistered('https://a.test/CB', ['https://a.test/cb'])).toBe(false);
  });

  it('RFC 6749 §3.1.2.3: a pattern that is the only one does not stand in for a missing redirect_uri', async () => {
    expect(await authorize('sole', undefined, { scope: 'profile' })).toMatchObject({
      kind: 'page',
      page: { description: 'redirect_uri is required' },
    });
  });

  it('OpenID Connect RP-Initiated Logout 1.0 §3: after a logout as well', async () => {
    expect(await logout('wild', 'https://t1.example.com/bye')).toMatchObject({
      kind: 'redirect',
      location: 'https://t1.example.com/bye',
    });
    for (const uri of ['https://evil.test/bye', 'https://t1.example.com/cb', 'https://evil.test\\.example.com/bye'])
      expect(await logout('wild', uri)).toMatchObject({ kind: 'page', page: { name: 'error' } });
    expect(await logout('tame', 'https://t1.example.com/bye')).toMatchObject({ kind: 'page', page: { name: 'error' } });
  });
});

describe('allow_http_redirect_uris', () => {
  const off = { allow_http_redirect_uris: false };
  const bearing = ['id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token', 'token'];

  it.each(bearing)('OpenID Connect Core 1.0 §3.2.2.1: response_type=%s goes to no http callback', (type) => {
    for (const uri of [
      'http://app.example.com/cb',
      'HTTP://app.example.com/cb',
      'http://127.0.0.1.evil.test/',
      'http://localhost@evil.test/',
    ])
      expect(redirectUriAllowed(uri, type, off)).toBe(false);
    for (const uri of ['https://app.example.com/cb', 'com.example.app:/cb'])
      expect(redirectUriAllowed(uri, type, off)).toBe(true);
  });

  it.each(['http://127.0.0.1:9/cb', 'http://[::1]/cb', 'http://localhost:3000'])('a loopback address may: %s', (uri) =>
    expect(redirectUriAllowed(uri, 'id_token', off)).toBe(true),
  );

  it('set, it may; and a code always may', () => {
    expect(redirectUriAllowed('http://a.test/', 'id_token', { allow_http_redirect_uris: true })).toBe(true);
    for (const type of ['code', 'none']) expect(redirectUriAllowed('http://a.test/', type, off)).toBe(true);
  });

  it('the authorization endpoint says so, and sends no token', async () => {
    const http = { redirect_uris: ['http://app.example.com/cb'], response_types: ['code', 'id_token'] };
    const grants = { grant_types: ['authorization_code', 'implicit'] };
    all = await rules({
      http: { ...http, ...grants },
      allowed: { ...http, ...grants, allow_http_redirect_uris: true },
    });
    const ask = (id: string) =>
      authorize(id, http.redirect_uris[0], { response_type: 'id_token', nonce: 'n', state: 's' });
    expect(await ask('http')).toMatchObject({
      kind: 'redirect',
      location: expect.stringMatching(/#.*error=invalid_request&error_description=redirect_uri\+must\+use\+https/),
    });
    expect(await ask('allowed')).toMatchObject({ location: expect.stringContaining('error=login_required') });
    expect(await authorize('http', http.redirect_uris[0])).toMatchObject({
      location: expect.stringContaining('error=login_required'),
    });
  });
});
