import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { signingAlgorithm } from '@portico/jwt';
import {
  basic,
  bodyOf,
  issuer,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  type GivenParams,
  type Rules,
} from '@portico/testing';
import { createLocalJWKSet, decodeJwt, jwtVerify, type JSONWebKeySet } from 'jose';
import { halfHash } from '../id-token.js';

const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
const code_challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const clients = {
  web: {},
  post: { token_endpoint_auth_method: 'client_secret_post' },
  spa: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] },
  second: {},
  'code-only': { grant_types: ['authorization_code'] },
  opaque: { access_token_format: 'opaque' },
  profile: { id_token_profile_claims: true },
  short: {
    access_token_lifetime: 60,
    id_token_lifetime: 61,
    refresh_token_lifetime: 62,
    authorization_code_lifetime: 63,
  },
  ...Object.fromEntries(
    signingAlgorithm.options.map((alg) => [
      alg.toLowerCase(),
      { id_token_signed_response_alg: alg, access_token_signed_response_alg: alg },
    ]),
  ),
};

let all: Rules;
beforeEach(async () => void (all = await rules(clients)));

const redirect_uri = (id: string) => `https://${id}.example.test/cb`;
const codeFor = async (id: string, more: GivenParams = {}) => {
  const browser = ruleBrowser(all);
  const request = {
    client_id: id,
    redirect_uri: redirect_uri(id),
    response_type: 'code',
    scope: 'openid profile offline_access',
    prompt: 'consent',
    nonce: 'n-1',
    ...more,
  };
  const { code } = paramsOf(await browser.answer(await browser.get('authorize', request)));
  return code!;
};
const as = (id: string, params: GivenParams): Promise<EndpointReply> =>
  id === 'spa'
    ? all.endpoints.token(post({ client_id: id, ...params }))
    : all.endpoints.token(post(params, { headers: basic(id, secret) }));
const redeem = (id: string, code: string, more: GivenParams = {}) =>
  as(id, { grant_type: 'authorization_code', code, redirect_uri: redirect_uri(id), ...more });
const refresh = (id: string, refresh_token: unknown, more: GivenParams = {}) =>
  as(id, { grant_type: 'refresh_token', refresh_token: String(refresh_token), ...more });
const tokensFor = async (id: string, more: GivenParams = {}) => bodyOf(await redeem(id, await codeFor(id, more)));
const isActive = async (token: unknown) =>
  bodyOf(await all.endpoints.introspection(post({ token: String(token) }, { headers: basic('second', secret) })))
    .active;

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
      refresh_token: expect.any(String) as string,
    });
  });

  it.each(signingAlgorithm.options)(
    'OpenID Connect Core 1.0 §2, RFC 9068 §2: both tokens say what they must, signed %s',
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
        jti: expect.any(String) as string,
      });
      expect(identity.payload).toMatchObject({
        sub: 'sub-alice',
        azp: id,
        nonce: 'n-1',
        iat: now,
        exp: now + 3600,
        auth_time: now,
        amr: ['pwd'],
        sid: expect.any(String) as string,
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
    expect((await tokensFor('opaque')).access_token).toMatch(/^[A-Za-z0-9_-]{43}$/);
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
      { redirect_uri: `${redirect_uri('web')}/` },
      'redirect_uri must be identical',
    ],
    [
      '§4.1.3: redirect_uri is required where the request had it',
      {},
      { redirect_uri: undefined },
      'redirect_uri must be identical',
    ],
    [
      'RFC 7636 §4.6: a wrong verifier',
      { code_challenge, code_challenge_method: 'S256' },
      { code_verifier: `${verifier}x` },
      'code_verifier does not fit',
    ],
    ['§4.5: no verifier', { code_challenge, code_challenge_method: 'S256' }, {}, 'code_verifier is required'],
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
      body: { error: 'invalid_grant', error_description: expect.stringContaining(description) as string },
    });
  });

  it('RFC 7636: the right verifier, for a public client', async () => {
    const code = await codeFor('spa', { code_challenge, code_challenge_method: 'S256' });
    expect(bodyOf(await redeem('spa', code, { code_verifier: verifier }))).toHaveProperty('access_token');
  });

  it('a refused attempt consumes nothing', async () => {
    const code = await codeFor('web');
    expect(bodyOf(await redeem('web', code, { redirect_uri: 'https://evil.example.test' }))).toMatchObject({
      error: 'invalid_grant',
    });
    expect(
      bodyOf(await as('second', { grant_type: 'authorization_code', code, redirect_uri: redirect_uri('web') })),
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

describe('refresh_token', () => {
  it('RFC 6749 §6, OpenID Connect Core 1.0 §12.2: a new set; the person, the time of their sign-in and the audience stay', async () => {
    const before = await tokensFor('web');
    all.clock.pass(10);
    const after = bodyOf(await refresh('web', before.refresh_token));
    expect(after.refresh_token).not.toBe(before.refresh_token);
    const [old, fresh] = [before, after].map(({ id_token }) => decodeJwt(String(id_token)));
    expect(fresh).toMatchObject({
      sub: old!.sub,
      aud: old!.aud,
      auth_time: old!.auth_time,
      sid: old!.sid,
      iat: Number(old!.iat) + 10,
    });
    expect(fresh).not.toHaveProperty('nonce');
  });

  it('20 at once, and a lost answer later: one successor, everyone gets it, every access token works', async () => {
    const { refresh_token } = await tokensFor('web');
    const bodies = (await Promise.all(Array.from({ length: 20 }, () => refresh('web', refresh_token)))).map(bodyOf);
    all.clock.pass(30);
    bodies.push(bodyOf(await refresh('web', refresh_token)));
    expect(new Set(bodies.map((body) => body.refresh_token)).size).toBe(1);
    expect(await Promise.all(bodies.map(({ access_token }) => isActive(access_token)))).not.toContain(false);
    expect(bodyOf(await refresh('web', bodies[0]!.refresh_token))).toHaveProperty('refresh_token');
  });

  it('RFC 9700 §4.14.2: an old one that comes back after the window ends the whole authorization', async () => {
    const first = await tokensFor('web');
    const second = bodyOf(await refresh('web', first.refresh_token));
    all.clock.pass(31);
    expect(bodyOf(await refresh('web', first.refresh_token))).toMatchObject({
      error: 'invalid_grant',
      error_description: 'refresh_token was used already',
    });
    expect(await isActive(second.access_token)).toBe(false);
    expect(bodyOf(await refresh('web', second.refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(all.stores.facts).toMatchObject([{ data: { reason: 'refresh_token_replayed' } }]);
  });

  it('§6: not by another client, and that changes nothing', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('second', refresh_token))).toMatchObject({ error: 'invalid_grant' });
    expect(bodyOf(await refresh('web', refresh_token))).toHaveProperty('access_token');
  });

  it('§6: the scope may be narrowed, for this token alone, and never widened', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('web', refresh_token, { scope: 'openid email' }))).toMatchObject({
      error: 'invalid_scope',
    });
    const narrow = bodyOf(await refresh('web', refresh_token, { scope: 'openid' }));
    expect(narrow).toMatchObject({ scope: 'openid' });
    expect(bodyOf(await refresh('web', narrow.refresh_token))).toMatchObject({
      scope: 'openid profile offline_access',
    });
  });

  it('the empty redirect_uri that a published SDK sends does no harm', async () => {
    const { refresh_token } = await tokensFor('web');
    expect(bodyOf(await refresh('web', refresh_token, { redirect_uri: '' }))).toHaveProperty('access_token');
  });

  it('unknown, revoked and expired ones are refused', async () => {
    expect(bodyOf(await refresh('web', 'nothing'))).toMatchObject({ error: 'invalid_grant' });
    const { refresh_token } = await tokensFor('web');
    all.clock.pass(2_592_000);
    expect(bodyOf(await refresh('web', refresh_token))).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('client_credentials', () => {
  it('RFC 6749 §4.4, RFC 9068 §2.2: the client is the subject, no id_token, no refresh token, no scope that speaks of a person', async () => {
    const body = bodyOf(
      await as('web', { grant_type: 'client_credentials', scope: 'openid orders:read offline_access nothing' }),
    );
    expect(Object.keys(body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type']);
    expect(decodeJwt(String(body.access_token))).toMatchObject({ sub: 'web', client_id: 'web', scope: 'orders:read' });
    expect(bodyOf(await as('web', { grant_type: 'client_credentials' }))).toMatchObject({ scope: 'orders:read' });
  });
});

describe('errors of the token endpoint', () => {
  it.each<[string, GivenParams, string]>([
    ['RFC 6749 §5.2: no grant_type', {}, 'invalid_request'],
    ['§5.2: an unknown grant', { grant_type: 'urn:magic' }, 'unsupported_grant_type'],
    ['§5.2: no code', { grant_type: 'authorization_code' }, 'invalid_request'],
    ['§3.2: a parameter twice', { grant_type: ['client_credentials', 'client_credentials'] }, 'invalid_request'],
  ])('%s', async (_, params, error) =>
    expect(await as('web', params)).toMatchObject({
      status: 400,
      body: { error, correlation_id: expect.any(String) as string },
    }),
  );

  it('§5.2: a grant for which the client is not registered', async () => {
    expect(await as('code-only', { grant_type: 'client_credentials' })).toMatchObject({
      status: 400,
      body: { error: 'unauthorized_client' },
    });
    expect(await as('spa', { grant_type: 'client_credentials' })).toMatchObject({
      body: { error: 'unauthorized_client' },
    });
  });
});

describe('client authentication', () => {
  const ask = (params: GivenParams, headers: Record<string, string> = {}) =>
    all.endpoints.token(post({ grant_type: 'client_credentials', ...params }, { headers }));
  const refused = {
    status: 401,
    headers: { 'www-authenticate': expect.stringMatching(/^Basic realm=/) as string },
    body: { error: 'invalid_client' },
  };

  it.each<[string, GivenParams, Record<string, string>]>([
    ['RFC 6749 §5.2: a wrong secret', {}, basic('web', 'wrong')],
    ['an unknown client', {}, basic('nobody', secret)],
    ['no credentials', {}, {}],
    ['an id alone for a confidential client', { client_id: 'web' }, {}],
    ['OpenID Connect Core 1.0 §9: by another method than registered', { client_id: 'web', client_secret: secret }, {}],
    ['Basic for a client of client_secret_post', {}, basic('post', secret)],
    ['an unreadable header', {}, { authorization: 'Basic Og==' }],
    ['the header of the SDKs is no credential', {}, { 'x-authing-app-id': 'web' }],
  ])('%s', async (_, params, headers) => expect(await ask(params, headers)).toMatchObject(refused));

  it('RFC 6749 §2.3.1: the secret as it is, and form-encoded', async () => {
    const encoded = encodeURIComponent(secret);
    for (const headers of [basic('web', secret), basic('web', encoded), basic('web', encoded.replaceAll('%20', '+'))]) {
      expect((await ask({}, headers)).status).toBe(200);
    }
  });

  it('client_secret_post; a bare token in the header does no harm beside it', async () => {
    expect((await ask({ client_id: 'post', client_secret: secret })).status).toBe(200);
    expect((await ask({ client_id: 'post', client_secret: secret }, { authorization: 'eyJhbGciOi.x.y' })).status).toBe(
      200,
    );
  });

  it('§2.3: never two methods at once, nor two clients', async () => {
    expect(await ask({ client_id: 'web', client_secret: secret }, basic('web', secret))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect(await ask({ client_id: 'second' }, basic('web', secret))).toMatchObject({
      status: 400,
      body: { error: 'invalid_request' },
    });
    expect((await ask({ client_id: 'web' }, basic('web', secret))).status).toBe(200);
  });

  it('a public client may be named in the header of the SDKs where nothing else names one', async () => {
    const { refresh_token } = bodyOf(
      await redeem('spa', await codeFor('spa', { code_challenge, code_challenge_method: 'S256' }), {
        code_verifier: verifier,
      }),
    );
    const reply = await all.endpoints.token(
      post(
        { grant_type: 'refresh_token', redirect_uri: '', refresh_token: String(refresh_token) },
        { headers: { 'x-authing-app-id': 'spa' } },
      ),
    );
    expect(bodyOf(reply)).toHaveProperty('refresh_token');
  });

  it('secrets overlap while one is rotated, and end when they are to', async () => {
    const client = await all.stores.clients.find('web');
    const [old] = client!.secrets;
    const [other] = (await all.stores.clients.find('second'))!.secrets;
    await all.stores.registrations.save([{ ...client!, secrets: [{ ...old!, expiresAt: all.clock() + 60 }] }], []);
    expect((await ask({}, basic('web', secret))).status).toBe(200);
    all.clock.pass(60);
    expect(await ask({}, basic('web', secret))).toMatchObject(refused);
    await all.stores.registrations.save([{ ...client!, secrets: [{ ...old!, expiresAt: 1 }, other!] }], []);
    expect((await ask({}, basic('web', secret))).status).toBe(200);
  });

  it('no secret reaches an error or the log', async () => {
    const replies = await Promise.all([
      ask({}, basic('web', 'hunter2hunter2')),
      ask({ client_id: 'web', client_secret: 'hunter2hunter2' }),
    ]);
    expect(JSON.stringify([replies, all.reported.map(String)])).not.toContain('hunter2');
  });
});
