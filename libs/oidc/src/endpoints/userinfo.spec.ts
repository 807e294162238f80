import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, post, rules, secret, signedIn, type Rules, type SignedIn } from '@portico/testing';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({ web: {}, second: {} });
  alice = await signedIn(all, 'web');
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const refused = {
  status: 401,
  headers: {
    'cache-control': 'no-store',
    pragma: 'no-cache',
    'www-authenticate': expect.stringContaining('error="invalid_token"'),
  },
};

describe('RFC 6750 §2: wherever the token is', () => {
  it.each([
    ['in the header', () => get({}, { headers: bearer(alice.access_token) })],
    ['in the header of a POST', () => post({}, { headers: bearer(alice.access_token) })],
    ['in the form', () => post({ access_token: alice.access_token })],
    [
      'in the query',
      () => get({ access_token: alice.access_token }, { url: `/oidc/me?access_token=${alice.access_token}` }),
    ],
    ['in the query of a POST', () => post({}, { url: `/oidc/me?access_token=${alice.access_token}` })],
    [
      'bare in the header, as a published SDK sends it',
      () => get({}, { headers: { authorization: alice.access_token } }),
    ],
    ['in lower-case scheme', () => get({}, { headers: { authorization: `bearer ${alice.access_token}` } })],
  ])('%s', async (_, request) => {
    const reply = await all.endpoints.userinfo(request());
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toEqual({
      sub: 'sub-alice',
      name: 'Alice Example',
      given_name: 'Alice',
      preferred_username: 'alice',
      updated_at: 1_700_000_000,
    });
  });

  it.each([
    ['in the form', () => post({ access_token: alice.access_token }, { headers: { authorization: 'another' } })],
    [
      'in the query',
      () =>
        get({}, { url: `/oidc/me?access_token=${alice.access_token}`, headers: { authorization: alice.access_token } }),
    ],
  ])('a bare one beside it is not looked at: %s', async (_, request) => {
    expect(await all.endpoints.userinfo(request())).toMatchObject({ status: 200, body: { sub: 'sub-alice' } });
  });

  it.each(['Bearer', 'Basic', 'Basic YTpi', 'Bearer a b', ' '])('none in the header %j', async (authorization) => {
    expect(await all.endpoints.userinfo(get({}, { headers: { authorization } }))).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer realm="portico"' },
    });
  });

  it('twice is refused', async () => {
    const both = post({ access_token: alice.access_token }, { headers: bearer(alice.access_token) });
    expect(await all.endpoints.userinfo(both)).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });
});

describe('OpenID Connect Core 1.0 §5.4: the scopes say which claims', () => {
  it.each([
    ['openid', ['sub']],
    ['openid email', ['sub', 'email', 'email_verified']],
    ['openid username roles phone address', ['sub', 'username']],
  ])('%s', async (scope, names) => {
    const { access_token } = await signedIn(all, 'web', { scope });
    const reply = await all.endpoints.userinfo(get({}, { headers: bearer(access_token) }));
    expect(Object.keys(bodyOf(reply)).sort()).toEqual([...names].sort());
  });

  it('RFC 6750 §3.1: without openid it is insufficient_scope', async () => {
    const { access_token } = await signedIn(all, 'web', { scope: 'profile' });
    const reply = await all.endpoints.userinfo(get({}, { headers: bearer(access_token) }));
    expect(reply).toMatchObject({
      status: 403,
      headers: { 'www-authenticate': expect.stringContaining('insufficient_scope') },
    });
  });
});

describe('RFC 6750 §3: refused with a challenge', () => {
  it('§3.1: without any token it names no error', async () => {
    for (const headers of [{}, { authorization: '' }, { authorization: 'Bearer' }, basic('web', secret)]) {
      const reply = await all.endpoints.userinfo(get({}, { headers }));
      expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="portico"' } });
    }
  });

  it.each([
    ['rubbish', () => 'rubbish'],
    ['a refresh token', () => alice.refresh_token],
    ['an id_token', () => alice.id_token],
    ['a changed token', () => `${alice.access_token}x`],
    ['one with a quote', () => `a"b\\c`],
  ])('%s', async (_, token) => {
    const reply = await all.endpoints.userinfo(get({}, { headers: bearer(token()) }));
    expect(reply).toMatchObject(refused);
    expect(JSON.stringify(reply)).not.toContain(alice.access_token);
  });

  it('an expired token', async () => {
    all.clock.pass(3600);
    expect(await all.endpoints.userinfo(get({}, { headers: bearer(alice.access_token) }))).toMatchObject(refused);
  });

  it('a revoked token', async () => {
    await all.endpoints.revocation(post({ token: alice.access_token }, { headers: basic('web', secret) }));
    expect(await all.endpoints.userinfo(get({}, { headers: bearer(alice.access_token) }))).toMatchObject(refused);
  });

  it('a token of the client itself names no person', async () => {
    const form = { grant_type: 'client_credentials', scope: 'orders:read' };
    const { access_token } = bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) })));
    expect((await all.endpoints.userinfo(get({}, { headers: bearer(String(access_token)) }))).status).toBe(403);
  });
});
