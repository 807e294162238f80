import { beforeEach, describe, expect, it } from '@jest/globals';
import {
  basic,
  bodyOf,
  get,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  signedIn,
  type GivenParams,
  type Rules,
} from '@portico/testing';
import { base64url, decodeJwt, SignJWT, UnsecuredJWT } from 'jose';
import { authingTokenGrant } from '../client.js';

const grant_types = ['authorization_code', 'refresh_token', authingTokenGrant];
const scope = 'openid profile email phone offline_access user';
let all: Rules;
beforeEach(async () => {
  all = await rules({
    web: { grant_types, scope },
    spa: { grant_types, scope, token_endpoint_auth_method: 'none' },
    without: {},
    other: { grant_types },
    always: { grant_types, consent: 'always' },
    skip: { grant_types, consent: 'skip', scope: 'openid profile email' },
    brief: { grant_types, session_lifetime: 100 },
    pair: { grant_types, subject_type: 'pairwise' },
    hs: { grant_types, id_token_signed_response_alg: 'HS256' },
    'brief-token': { grant_types, id_token_lifetime: 60 },
  });
});

const ask = (id: string, params: GivenParams, name: 'token' | 'oauthToken' = 'token') => {
  const form = { grant_type: authingTokenGrant, ...params };
  return all.endpoints[name](
    id === 'spa' ? post({ client_id: id, ...form }) : post(form, { headers: basic(id, secret) }),
  );
};
const idTokenOf = async (id: string, more: GivenParams = {}): Promise<string> =>
  (await signedIn(all, id, more)).id_token;
const isActive = async (token: unknown) =>
  bodyOf(await all.endpoints.introspection(post({ token: String(token) }, { headers: basic('other', secret) }))).active;
const isRefused = (error: string) => ({ kind: 'json', status: 400, body: { error } });

describe('RFC 6749 §4.5: http://authing.cn/oidc/grant_type/authing_token', () => {
  it('RFC 6749 §5.1: an access token and an ID Token of the same session, and no refresh token', async () => {
    const token = await idTokenOf('web', { scope: 'openid profile offline_access' });
    const reply = await ask('web', { token, redirect_uri: 'https://web.example.test/cb' });
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const body = bodyOf(reply);
    expect(body).toMatchObject({ token_type: 'Bearer', expires_in: 3600, scope: 'openid profile' });
    expect(body).not.toHaveProperty('refresh_token');
    const { sub, sid, auth_time, amr, acr } = decodeJwt(token);
    expect(decodeJwt(String(body.id_token))).toMatchObject({ sub, sid, auth_time, amr, acr, aud: 'web' });
    const headers = { authorization: `Bearer ${String(body.access_token)}` };
    expect(bodyOf(await all.endpoints.userinfo(get({}, { headers })))).toMatchObject({ sub: 'sub-alice' });
  });

  it('a public client, as the SDK asks: without a secret', async () => {
    const token = await idTokenOfSpa();
    expect(bodyOf(await ask('spa', { token, scope: '', redirect_uri: 'https://spa.example.test/cb' }))).toMatchObject({
      access_token: expect.any(String),
      scope: 'openid profile',
    });
  });

  it('a client to which people have another name', async () => {
    const token = await idTokenOf('pair');
    const { id_token } = bodyOf(await ask('pair', { token }));
    expect(decodeJwt(String(id_token)).sub).toBe(decodeJwt(token).sub);
  });

  it('OpenID Connect Core 1.0 §10.1: an ID Token that is signed with the client secret', async () => {
    expect((await ask('hs', { token: await idTokenOf('hs') })).status).toBe(200);
  });

  it('RP-Initiated Logout 1.0 §2: with the session its tokens end', async () => {
    const alice = await signedIn(all, 'web');
    const { access_token } = bodyOf(await ask('web', { token: alice.id_token }));
    expect(await isActive(access_token)).toBe(true);
    await alice.browser.get('endSession', { id_token_hint: alice.id_token });
    expect(await isActive(access_token)).toBe(false);
  });
});

const idTokenOfSpa = async (): Promise<string> => {
  const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
  const browser = ruleBrowser(all);
  const redirect_uri = 'https://spa.example.test/cb';
  const request = { client_id: 'spa', redirect_uri, response_type: 'code', scope: 'openid profile' };
  const pkce = { code_challenge: challenge, code_challenge_method: 'S256' };
  const { code } = paramsOf(await browser.answer(await browser.get('authorize', { ...request, ...pkce })));
  const code_verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
  const form = { grant_type: 'authorization_code', client_id: 'spa', code, redirect_uri, code_verifier };
  return String(bodyOf(await all.endpoints.token(post(form))).id_token);
};

describe('RFC 6749 §3.3: the scope', () => {
  it.each<[asked: string | undefined, told: string]>([
    [undefined, 'openid profile'],
    ['openid', 'openid'],
    ['profile openid', 'profile openid'],
    ['openid offline_access', 'openid'],
    ['openid unheard-of user', 'openid'],
  ])('of %s is %s', async (asked, told) => {
    const token = await idTokenOf('web', { scope: 'openid profile offline_access' });
    const body = bodyOf(await ask('web', { token, scope: asked }));
    expect(body).toMatchObject({ scope: told });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it('not more than the person has approved, nor than another session was given', async () => {
    const token = await idTokenOf('web', { scope: 'openid' });
    expect(await ask('web', { token, scope: 'openid email' })).toMatchObject(isRefused('invalid_scope'));
    await signedIn(all, 'web', { scope: 'openid email', username: 'bob' });
    expect(await ask('web', { token, scope: 'openid email' })).toMatchObject(isRefused('invalid_scope'));
    await signedIn(all, 'web', { scope: 'openid email' });
    expect(bodyOf(await ask('web', { token, scope: 'openid email' }))).toMatchObject({ scope: 'openid email' });
  });

  it('a client that asks every time gets nothing unasked, one that asks nobody what it is registered for', async () => {
    expect(await ask('always', { token: await idTokenOf('always') })).toMatchObject(isRefused('invalid_scope'));
    const token = await idTokenOf('skip', { scope: 'openid' });
    expect(bodyOf(await ask('skip', { token }))).toMatchObject({ scope: 'openid profile email' });
  });
});

describe('RFC 6749 §5.2: refused', () => {
  it('a client that is not registered for it, and at plain OAuth 2.0', async () => {
    const token = await idTokenOf('without');
    expect(await ask('without', { token })).toMatchObject(isRefused('unauthorized_client'));
    expect(await ask('web', { token: await idTokenOf('web') }, 'oauthToken')).toMatchObject(
      isRefused('unsupported_grant_type'),
    );
  });

  it('no credentials of a client that has some', async () => {
    const form = { grant_type: authingTokenGrant, client_id: 'web', token: await idTokenOf('web') };
    expect(await all.endpoints.token(post(form))).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });

  it('no token, or two', async () => {
    expect(await ask('web', {})).toMatchObject(isRefused('invalid_request'));
    const token = await idTokenOf('web');
    expect(await ask('web', { token: [token, token] })).toMatchObject(isRefused('invalid_request'));
  });

  const claims = async () => decodeJwt(await idTokenOf('web'));
  const key = new TextEncoder().encode(secret);
  it.each<[string, () => Promise<string>]>([
    ['rubbish', () => Promise.resolve('rubbish')],
    ['an access token', async () => (await signedIn(all, 'web')).access_token],
    ['a refresh token', async () => (await signedIn(all, 'web')).refresh_token],
    ['an ID Token of another client', () => idTokenOf('other')],
    ['one without a signature', async () => new UnsecuredJWT(await claims()).encode()],
    [
      'one that the client has signed itself',
      async () => new SignJWT(await claims()).setProtectedHeader({ alg: 'HS256', typ: 'JWT' }).sign(key),
    ],
    [
      'one with other claims under our signature',
      async () => {
        const token = await idTokenOf('web');
        const [header, , signature] = token.split('.');
        const changed = { ...decodeJwt(token), sub: 'sub-bob' };
        return `${header}.${base64url.encode(JSON.stringify(changed))}.${signature}`;
      },
    ],
    ['an encrypted one', () => Promise.resolve('eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.a.b.c.d')],
    ['a huge one', async () => `${await idTokenOf('web')}${'A'.repeat(50_000)}`],
  ])('%s', async (_what, token) => {
    expect(await ask('web', { token: await token() })).toMatchObject(isRefused('invalid_grant'));
  });

  it('an ID Token that has expired', async () => {
    const token = await idTokenOf('brief-token');
    all.clock.pass(59);
    expect((await ask('brief-token', { token })).status).toBe(200);
    all.clock.pass(1);
    expect(await ask('brief-token', { token })).toMatchObject(isRefused('invalid_grant'));
  });

  it('its session is over: signed out, or expired', async () => {
    const alice = await signedIn(all, 'web');
    await alice.browser.get('endSession', { id_token_hint: alice.id_token });
    expect(await ask('web', { token: alice.id_token })).toMatchObject(isRefused('invalid_grant'));
    expect(all.stores.facts.map(({ event }) => event)).toContain('sessionEnded');
  });

  it('somebody else has signed in at that browser', async () => {
    const { browser, id_token: token } = await signedIn(all, 'web');
    const request = { client_id: 'web', redirect_uri: 'https://web.example.test/cb', response_type: 'code' };
    await browser.answer(await browser.get('authorize', { ...request, scope: 'openid', prompt: 'login' }), 'bob');
    expect(await ask('web', { token })).toMatchObject(isRefused('invalid_grant'));
  });

  it('OpenID Connect Core 1.0 §3.1.2.1 (max_age): the sign-in is too long ago for this client', async () => {
    const token = await idTokenOf('brief');
    all.clock.pass(100);
    expect((await ask('brief', { token })).status).toBe(200);
    all.clock.pass(1);
    expect(await ask('brief', { token })).toMatchObject(isRefused('invalid_grant'));
  });

  it.each(['https://evil.example/cb', 'https://other.example.test/cb', 'undefined'])(
    '§4.1.3: a redirect_uri that is not registered: %s',
    async (redirect_uri) =>
      expect(await ask('web', { token: await idTokenOf('web'), redirect_uri })).toMatchObject(
        isRefused('invalid_grant'),
      ),
  );

  it('a logout while it is redeemed: what comes out is worth nothing', async () => {
    const alice = await signedIn(all, 'web');
    const { sessions } = all.stores;
    const before = { ...sessions };
    sessions.findBySid = async (sid, at) => {
      const session = await before.findBySid(sid, at);
      await sessions.end(sid, 'logout', at);
      return session;
    };
    const { access_token } = bodyOf(await ask('web', { token: alice.id_token }));
    expect(await isActive(access_token)).toBe(false);
  });

  it('an answer tells nothing of the token', async () => {
    const token = await idTokenOf('other');
    expect(JSON.stringify(await ask('web', { token }))).not.toContain(token.slice(-20));
  });
});
