import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { basic, bodyOf, get, post, rules, secret, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt } from 'jose';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({ web: {}, second: {}, pairwise: { subject_type: 'pairwise' } });
  alice = await signedIn(all, 'web');
});
const bearer = (token: string) => ({ authorization: `Bearer ${token}` });
const ask = (request: EndpointRequest): Promise<EndpointReply> => all.endpoints.userinfo(request);
const inQuery = (token: string) => get({ access_token: token }, { url: `/oidc/me?access_token=${token}` });
const challenged = (status: number, error: string) => ({
  status,
  headers: {
    'cache-control': 'no-store',
    'www-authenticate': expect.stringContaining(`Bearer realm="portico", error="${error}"`),
  },
});

describe('RFC 6750: one token, in one place', () => {
  it.each<[string, () => EndpointRequest]>([
    ['§2.1: the Authorization header', () => get({}, { headers: bearer(alice.access_token) })],
    ['§2.2: the body of a POST', () => post({ access_token: alice.access_token })],
    ['§2.3: the query, and the answer is kept nowhere', () => inQuery(alice.access_token)],
  ])('%s', async (_, request) => {
    const reply = await ask(request());
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(bodyOf(reply)).toHaveProperty('sub', 'sub-alice');
  });

  it('§2.2: a GET has no body', async () => {
    const reply = await ask(get({ access_token: alice.access_token }, { url: '/oidc/me' }));
    expect(reply).toMatchObject({ status: 401, headers: { 'www-authenticate': 'Bearer realm="portico"' } });
  });

  it.each<[string, () => EndpointRequest]>([
    ['header and body', () => post({ access_token: alice.access_token }, { headers: bearer(alice.access_token) })],
    ['header and query', () => ({ ...inQuery(alice.access_token), headers: bearer(alice.access_token) })],
    [
      'body and query',
      () => post({ access_token: alice.access_token }, { url: `/oidc/me?access_token=${alice.access_token}` }),
    ],
    ['twice in the body', () => post({ access_token: [alice.access_token, alice.access_token] })],
    ['twice in the query', () => get({}, { url: '/oidc/me?access_token=a&access_token=b' })],
  ])('§2, §3.1: %s is invalid_request, with a challenge', async (_, request) =>
    expect(await ask(request())).toMatchObject(challenged(400, 'invalid_request')),
  );

  it.each(['Basic', 'Token', 'Bearer a b'])('§2.1: %s in the header is no bearer token', async (scheme) => {
    const authorization = scheme.includes(' ') ? scheme : `${scheme} ${alice.access_token}`;
    expect((await ask(get({}, { headers: { authorization } }))).status).toBe(401);
  });
});

describe('RFC 6749 §7, OpenID Connect Core 1.0 §5.3.3: a token is validated before anything is told', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['a refresh token', () => alice.refresh_token],
    ['an ID Token', () => alice.id_token],
    ['none of ours', () => 'rubbish'],
    [
      'one that has expired',
      () => {
        all.clock.pass(3600);
        return alice.access_token;
      },
    ],
  ])('%s: invalid_token', async (_, token) =>
    expect(await ask(get({}, { headers: bearer(await token()) }))).toMatchObject(challenged(401, 'invalid_token')),
  );

  it('one that does not cover it: insufficient_scope', async () => {
    const { access_token } = await signedIn(all, 'web', { scope: 'profile' });
    expect(await ask(get({}, { headers: bearer(access_token) }))).toMatchObject(challenged(403, 'insufficient_scope'));
  });

  it('RFC 6749 §10.3: a changed claim, another signature, or a part of one opens nothing', async () => {
    const [header = '', , signature = ''] = alice.access_token.split('.');
    const claims = { ...decodeJwt(alice.access_token), sub: 'sub-bob' };
    const changed = Buffer.from(JSON.stringify(claims)).toString('base64url');
    const unsigned = Buffer.from('{"alg":"none","typ":"at+jwt"}').toString('base64url');
    for (const token of [
      `${header}.${changed}.${signature}`,
      `${unsigned}.${changed}.`,
      alice.access_token.slice(0, -1),
    ])
      expect(await ask(get({}, { headers: bearer(token) }))).toMatchObject(challenged(401, 'invalid_token'));
  });

  it('RFC 6749 §10.10: tokens and codes come from 256 random bits, or bear a signature', async () => {
    const others = await Promise.all([signedIn(all, 'second'), signedIn(all, 'second')]);
    const refreshTokens = [alice, ...others].map(({ refresh_token }) => refresh_token);
    expect(new Set(refreshTokens).size).toBe(3);
    for (const text of refreshTokens) expect(Buffer.from(text.slice(0, -5), 'base64url')).toHaveLength(32);
    expect(new Set([alice, ...others].map(({ access_token }) => decodeJwt(access_token).jti)).size).toBe(3);
  });
});

describe('OpenID Connect Core 1.0: what is told of a person', () => {
  const address = { street_address: '1 Example Street', locality: 'Hangzhou', postal_code: '310000', country: 'CN' };

  it('§5.1.1: the address is a JSON object with those of its members that are known', async () => {
    const account = { subject: 'sub-alice', username: 'alice', claims: { address }, updatedAt: 1_700_000_001 };
    await all.stores.registrations.save([], [{ account, passwordHash: await all.passwords.hash(secret) }]);
    const { access_token } = await signedIn(all, 'web', { scope: 'openid address' });
    expect(bodyOf(await ask(get({}, { headers: bearer(access_token) })))).toEqual({ sub: 'sub-alice', address });
  });

  it('§5.6.1: claims are told as members of one object, by the names of §5.1', async () => {
    const { access_token } = await signedIn(all, 'web', { scope: 'openid profile email' });
    expect(bodyOf(await ask(get({}, { headers: bearer(access_token) })))).toEqual({
      sub: 'sub-alice',
      name: 'Alice Example',
      given_name: 'Alice',
      preferred_username: 'alice',
      updated_at: 1_700_000_000,
      email: 'alice@example.test',
      email_verified: true,
    });
  });

  it('§5.7: sub stays the same, over sessions and claims; another person has another', async () => {
    const subOf = async (username: string) => decodeJwt((await signedIn(all, 'pairwise', { username })).id_token).sub;
    const [first, again, bob] = [await subOf('alice'), await subOf('alice'), await subOf('bob')];
    expect(again).toBe(first);
    expect(bob).not.toBe(first);
    expect(String(first)).toMatch(/^[\x21-\x7e]{1,255}$/);
  });
});

describe('RFC 6749 §10.2: a token of the client itself', () => {
  it('opens no user info', async () => {
    const form = { grant_type: 'client_credentials', scope: 'openid orders:read' };
    const { access_token } = bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) })));
    expect((await ask(get({}, { headers: bearer(String(access_token)) }))).status).toBe(403);
  });
});
