import { beforeEach, describe, expect, it } from '@jest/globals';
import { signingAlgorithm } from '@portico/jwt';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { halfHash } from '../id-token.js';
import {
  bodyOf,
  challenge,
  issuer,
  rules,
  tokenClient,
  tokenClients,
  verifier,
  type GivenParams,
  type Rules,
} from '@portico/testing';

let all: Rules;
beforeEach(async () => void (all = await rules(tokenClients)));
const { as, codeFor, isActive, redeem, refresh, tokensFor } = tokenClient(() => all);

const redirectUri = 'https://web.example.test/cb';

describe('authorization_code', () => {
  it('RFC 6749 §5.1, OpenID Connect Core 1.0 §3.1.3.3: tokens, not to be stored', async () => {
    const reply = await redeem('web', await codeFor('web'));
    expect(reply).toMatchObject({
      kind: 'json',
      status: 200,
      headers: { 'cache-control': 'no-store', pragma: 'no-cache' },
    });
    expect(bodyOf(reply)).toMatchObject({
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile offline_access',
      refresh_token: expect.any(String),
    });
  });

  it.each(signingAlgorithm.options)(
    'OpenID Connect Core 1.0 §2, RFC 8176 §2, RFC 9068 §2: both tokens say what they must, signed %s',
    async (alg) => {
      const id = alg.toLowerCase();
      const { id_token, access_token } = await tokensFor(id);
      const jwks = createLocalJWKSet(all.keys.jwks as unknown as JSONWebKeySet);
      const options = { issuer, audience: id, algorithms: [alg], currentDate: new Date(all.clock() * 1000) };
      const access = await jwtVerify(String(access_token), jwks, { ...options, typ: 'at+jwt' });
      const identity = await jwtVerify(String(id_token), jwks, options);
      const now = all.clock();
      expect(access.payload).toMatchObject({
        sub: 'sub-alice',
        client_id: id,
        scope: 'openid profile offline_access',
        iat: now,
        exp: now + 3600,
        auth_time: now,
        jti: expect.any(String),
      });
      expect(identity.payload).toMatchObject({
        sub: 'sub-alice',
        azp: id,
        nonce: 'n-1',
        iat: now,
        exp: now + 3600,
        auth_time: now,
        amr: ['pwd'],
        sid: expect.any(String),
        at_hash: halfHash(String(access_token), alg),
      });
      expect(identity.payload).not.toHaveProperty('name');
    },
  );

  it('OpenID Connect Core 1.0 Appendix A.3: at_hash of the example', () => {
    expect(halfHash('jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y', 'RS256')).toBe('77QmUPtjPfzWtF2AnpK9RQ');
  });

  it('without openid there is no id_token, without offline_access no refresh token', async () => {
    const tokens = await tokensFor('web', { scope: 'profile', prompt: undefined });
    expect(tokens).not.toHaveProperty('id_token');
    expect(tokens).not.toHaveProperty('refresh_token');
  });

  it('OpenID Connect Core 1.0 §11: offline_access is ignored without prompt=consent, until it was approved once', async () => {
    expect(await tokensFor('web', { prompt: undefined })).not.toHaveProperty('refresh_token');
    expect(await tokensFor('web')).toHaveProperty('refresh_token');
    expect(await tokensFor('web', { prompt: undefined })).toHaveProperty('refresh_token');
    expect(await tokensFor('code-only')).not.toHaveProperty('refresh_token');
  });

  it('the settings of a client: opaque access tokens, claims in the id_token, lifetimes', async () => {
    expect((await tokensFor('opaque')).access_token).toMatch(/^[A-Za-z0-9_-]{43}[0-9a-f]{5}$/);
    expect(decodeJwt(String((await tokensFor('profile')).id_token))).toMatchObject({
      name: 'Alice Example',
      preferred_username: 'alice',
    });
    const short = await tokensFor('short');
    const { exp, iat } = decodeJwt(String(short.id_token));
    expect([short.expires_in, Number(exp) - Number(iat)]).toEqual([60, 61]);
    all.clock.pass(62);
    expect(bodyOf(await refresh('short', short.refresh_token))).toMatchObject({ error: 'invalid_grant' });
    const code = await codeFor('short');
    all.clock.pass(63);
    expect(bodyOf(await redeem('short', code))).toMatchObject({ error: 'invalid_grant' });
  });

  it.each([
    [
      'RFC 6749 §4.1.3: redirect_uri must be identical',
      {},
      { redirect_uri: `${redirectUri}/` },
      'redirect_uri must be identical',
    ],
    [
      '§4.1.3: redirect_uri is required where the request had it',
      {},
      { redirect_uri: undefined },
      'redirect_uri must be identical',
    ],
    ['RFC 7636 §4.6: a wrong verifier', challenge, { code_verifier: `${verifier}x` }, 'code_verifier does not fit'],
    ['§4.5: no verifier', challenge, {}, 'code_verifier is required'],
    ['RFC 9700 §2.1.1: a verifier without a challenge', {}, { code_verifier: verifier }, 'no code_challenge'],
    ['an unknown code', {}, { code: 'x'.repeat(43) }, 'code is unknown'],
    ['a refresh token as the code', {}, { code: 'refresh' }, 'code is unknown'],
  ])('%s', async (_, request, exchange: GivenParams, description) => {
    const code = await codeFor('web', request);
    const { refresh_token } = await tokensFor('web');
    const more = exchange.code === 'refresh' ? { code: String(refresh_token) } : exchange;
    const reply = await redeem('web', code, more);
    expect(reply).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant', error_description: expect.stringContaining(description) },
    });
  });

  it('RFC 7636: the right verifier, for a public client', async () => {
    const code = await codeFor('spa', challenge);
    expect(bodyOf(await redeem('spa', code, { code_verifier: verifier }))).toHaveProperty('access_token');
  });

  it('a refused attempt consumes nothing', async () => {
    const code = await codeFor('web');
    expect(bodyOf(await redeem('web', code, { redirect_uri: 'https://evil.example.test' }))).toMatchObject({
      error: 'invalid_grant',
    });
    expect(
      bodyOf(await as('second', { grant_type: 'authorization_code', code, redirect_uri: redirectUri })),
    ).toMatchObject({
      error: 'invalid_grant',
      error_description: 'code was issued to another client',
    });
    expect(bodyOf(await redeem('web', code))).toHaveProperty('access_token');
  });

  it('RFC 6749 §4.1.2: the second use is refused, and ends what came of the first', async () => {
    const code = await codeFor('web');
    const { access_token, refresh_token } = bodyOf(await redeem('web', code));
    expect(await isActive(access_token)).toBe(true);
    expect(bodyOf(await redeem('web', code))).toMatchObject({
      error: 'invalid_grant',
      error_description: 'code was used already',
    });
    expect([await isActive(access_token), await isActive(refresh_token)]).toEqual([false, false]);
    expect(bodyOf(await refresh('web', refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(all.stores.facts).toMatchObject([
      { event: 'authorizationRevoked', data: { reason: 'code_replayed', clientId: 'web' } },
    ]);
  });

  it('50 at once: one wins', async () => {
    const code = await codeFor('web');
    const replies = await Promise.all(Array.from({ length: 50 }, () => redeem('web', code)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });
});
