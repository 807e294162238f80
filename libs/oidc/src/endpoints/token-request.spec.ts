import { beforeEach, describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import {
  basic,
  bodyOf,
  challenge,
  issuer,
  post,
  rules,
  secret,
  tokenClient,
  tokenClients,
  verifier,
  type GivenParams,
  type Rules,
} from '@portico/testing';

let all: Rules;
beforeEach(async () => void (all = await rules({ ...tokenClients, trusted: { grant_types: ['password'] } })));
const { as, codeFor, isActive, redeem, refresh, tokensFor } = tokenClient(() => all);

const redirectUri = 'https://web.example.test/cb';
const unauthenticated = { status: 401, body: { error: 'invalid_client' } };
const refusedGrant = { status: 400, body: { error: 'invalid_grant' } };

describe('RFC 6749 §2.2, §10.2: a client identifier is no credential', () => {
  it.each(['token', 'introspection', 'revocation'] as const)('alone it opens nothing at %s', async (endpoint) => {
    const { access_token } = await tokensFor('web');
    const form = { client_id: 'web', grant_type: 'client_credentials', token: String(access_token) };
    expect(await all.endpoints[endpoint](post(form))).toMatchObject(unauthenticated);
    expect(await isActive(access_token)).toBe(true);
  });

  it('it is unique: of another client nothing can be had with it', async () => {
    const code = await codeFor('web');
    const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri };
    expect(await as('second', form)).toMatchObject(refusedGrant);
    expect(await all.endpoints.token(post({ ...form, client_id: 'web' }))).toMatchObject(unauthenticated);
  });
});

describe('RFC 6749 §3.2.1, OpenID Connect Core 1.0 §3.1.3.1, §12.1: client authentication at the token endpoint', () => {
  it.each<[string, (tokens: Record<string, unknown>, code: string) => GivenParams]>([
    ['a code', (_tokens, code) => ({ grant_type: 'authorization_code', code, redirect_uri: redirectUri })],
    ['a refresh token', ({ refresh_token }) => ({ grant_type: 'refresh_token', refresh_token: String(refresh_token) })],
  ])('a confidential client that does not prove itself gets nothing for %s, and uses nothing up', async (_, given) => {
    const form = given(await tokensFor('web'), await codeFor('web'));
    for (const headers of [{}, basic('web', 'wrong')])
      expect(await all.endpoints.token(post({ client_id: 'web', ...form }, { headers }))).toMatchObject(
        unauthenticated,
      );
    expect((await as('web', form)).status).toBe(200);
  });

  it('a public client must name itself, and gets no code of another', async () => {
    const code = await codeFor('spa', challenge);
    const form = {
      grant_type: 'authorization_code',
      code,
      redirect_uri: 'https://spa.example.test/cb',
      code_verifier: verifier,
    };
    expect(await all.endpoints.token(post(form))).toMatchObject(unauthenticated);
    expect(await as('second', form)).toMatchObject(refusedGrant);
    expect((await as('spa', form)).status).toBe(200);
  });

  it('only by the method that is registered', async () => {
    const form = { grant_type: 'client_credentials', client_id: 'web', client_secret: secret };
    expect(await all.endpoints.token(post(form))).toMatchObject(unauthenticated);
  });
});

describe('RFC 6749 §4.1.4, OpenID Connect Core 1.0 §3.1.3.2, §3.1.3.4: a code is exchanged', () => {
  it('valid, it is answered as §5.1 says', async () => {
    expect(await redeem('web', await codeFor('web'))).toMatchObject({
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: { access_token: expect.any(String), token_type: 'Bearer', expires_in: 3600, id_token: expect.any(String) },
    });
  });

  it.each<[string, GivenParams, string]>([
    ['another redirect URI', { redirect_uri: 'https://evil.example.test/cb' }, 'invalid_grant'],
    ['an unknown code', { code: 'unknown' }, 'invalid_grant'],
    ['no code', { code: undefined }, 'invalid_request'],
    ['two codes', { code: ['one', 'two'] }, 'invalid_request'],
  ])('with %s it fails as §5.2 says', async (_, more, error) => {
    const reply = await redeem('web', await codeFor('web'), more);
    expect(reply).toMatchObject({
      kind: 'json',
      status: 400,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
      body: { error, error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/) },
    });
    expect(bodyOf(reply)).not.toHaveProperty('access_token');
  });

  it('a code of a request without openid comes to no ID Token', async () => {
    expect(await tokensFor('web', { scope: 'profile' })).not.toHaveProperty('id_token');
  });
});

describe('RFC 6749 §10.5, §10.6: what a code is worth', () => {
  it('it ends after the lifetime of the client, to the second', async () => {
    const [late, timely] = [await codeFor('short'), await codeFor('short')];
    all.clock.pass(62);
    expect((await redeem('short', timely)).status).toBe(200);
    all.clock.pass(1);
    expect(await redeem('short', late)).toMatchObject(refusedGrant);
  });

  it('a redirect URI that was not asked for does not redeem it, though it is registered', async () => {
    all = await rules({ web: { redirect_uris: [redirectUri, `${redirectUri}2`] } });
    const code = await codeFor('web');
    expect(await redeem('web', code, { redirect_uri: `${redirectUri}2` })).toMatchObject(refusedGrant);
  });

  it('RFC 9700 §4.5.3, §4.8.2: injected into another session it lacks its verifier, and nobody can leave the challenge out', async () => {
    const stolen = await codeFor('web', challenge);
    expect(await redeem('web', stolen, { code_verifier: 'a'.repeat(43) })).toMatchObject(refusedGrant);
    expect(await redeem('web', stolen)).toMatchObject(refusedGrant);
    expect(await redeem('web', await codeFor('web'), { code_verifier: verifier })).toMatchObject(refusedGrant);
  });

  it('RFC 7636 §4.4: the challenge goes with the code, and never out again', async () => {
    const code = await codeFor('web', challenge);
    expect(code).not.toContain(challenge.code_challenge);
    const body = bodyOf(await redeem('web', code, { code_verifier: verifier }));
    expect(JSON.stringify([body, decodeJwt(String(body.id_token))])).not.toContain(challenge.code_challenge);
  });
});

describe('RFC 6749 §4.4.2, §4.4.3: client credentials', () => {
  it('authenticated, and without a refresh token, whatever is asked', async () => {
    const form = { grant_type: 'client_credentials', scope: 'orders:read offline_access' };
    expect(await all.endpoints.token(post({ ...form, client_id: 'spa' }))).toMatchObject({
      body: { error: 'unauthorized_client' },
    });
    const body = bodyOf(await as('web', form));
    expect(body).toMatchObject({ token_type: 'Bearer', scope: 'orders:read' });
    expect(body).not.toHaveProperty('refresh_token');
  });
});

describe('RFC 6749 §3.3: a scope that differs from the one asked for is told', () => {
  it.each([
    ['some of it', 'orders:read nothing', 'orders:read'],
    ['nothing of it', 'nothing', ''],
  ])('client credentials: %s', async (_, scope, told) =>
    expect(bodyOf(await as('web', { grant_type: 'client_credentials', scope })).scope).toBe(told),
  );

  it('password: nothing of it', async () => {
    const form = { grant_type: 'password', username: 'alice', password: secret, scope: 'nothing' };
    expect(bodyOf(await as('trusted', form)).scope).toBe('');
  });
});

describe('RFC 6749 §10.4: refresh tokens', () => {
  it('are worth nothing to another client, nor changed, nor twice', async () => {
    const { refresh_token } = await tokensFor('web');
    const text = String(refresh_token);
    expect(await refresh('second', text)).toMatchObject(refusedGrant);
    expect(await refresh('web', `${text.slice(0, -1)}${text.endsWith('A') ? 'B' : 'A'}`)).toMatchObject(refusedGrant);
    expect((await refresh('web', text)).status).toBe(200);
    all.clock.pass(31);
    expect(await refresh('web', text)).toMatchObject(refusedGrant);
  });

  it('RFC 9700 §2.2.2, Browser-Based Applications §6.3.2.3: those of a public client are rotated, and end unused', async () => {
    const first = bodyOf(await redeem('spa', await codeFor('spa', challenge), { code_verifier: verifier }));
    const second = bodyOf(await refresh('spa', first.refresh_token));
    expect(second.refresh_token).not.toBe(first.refresh_token);
    all.clock.pass(31);
    expect(await refresh('spa', first.refresh_token)).toMatchObject(refusedGrant);
    expect(await refresh('spa', second.refresh_token)).toMatchObject(refusedGrant);
    const unused = bodyOf(await redeem('spa', await codeFor('spa', challenge), { code_verifier: verifier }));
    all.clock.pass(2_592_000);
    expect(await refresh('spa', unused.refresh_token)).toMatchObject(refusedGrant);
  });

  it('OpenID Connect Core 1.0 §12.3: an error of a refresh is one of the token endpoint', async () => {
    expect(await refresh('web', 'unknown')).toMatchObject({
      kind: 'json',
      ...refusedGrant,
      headers: { 'cache-control': 'no-store' },
    });
    expect(await as('web', { grant_type: 'refresh_token' })).toMatchObject({ body: { error: 'invalid_request' } });
  });
});

describe('OpenID Connect Core 1.0 §3.1.3.6, §2: the ID Token of the code flow', () => {
  it('is for this client, from this issuer, of this request', async () => {
    const { id_token, access_token } = await tokensFor('web', { nonce: 'n-2' });
    expect(decodeJwt(String(id_token))).toMatchObject({
      iss: issuer,
      aud: 'web',
      sub: 'sub-alice',
      nonce: 'n-2',
      iat: all.clock(),
      exp: all.clock() + 3600,
      at_hash: expect.stringMatching(/^[\w-]{22}$/),
    });
    expect(id_token).not.toBe(access_token);
  });
});
