import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { bodyOf, issuer, post, rules, secret, type Rules } from '@portico/testing';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { randomUUID } from 'node:crypto';

const pair = async (alg: string, kid: string) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { alg, kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
};
const [rsa, ec, ed, other] = await Promise.all([
  pair('RS256', 'rsa'),
  pair('ES256', 'ec'),
  pair('EdDSA', 'ed'),
  pair('ES256', 'other'),
]);
const jwks = { keys: [rsa.jwk, ec.jwk, ed.jwk] };
const jwksUri = 'https://remote.example.test/jwks';

const clients = {
  key: { token_endpoint_auth_method: 'private_key_jwt', jwks },
  pinned: { token_endpoint_auth_method: 'private_key_jwt', token_endpoint_auth_signing_alg: 'ES256', jwks },
  remote: { token_endpoint_auth_method: 'private_key_jwt', jwks_uri: jwksUri },
  secret: { token_endpoint_auth_method: 'client_secret_jwt' },
  web: {},
  mixed: {
    introspection_endpoint_auth_method: 'private_key_jwt',
    revocation_endpoint_auth_method: 'client_secret_jwt',
    jwks,
  },
  spa: { token_endpoint_auth_method: 'none' },
};

let all: Rules;
beforeEach(async () => {
  all = await rules(clients);
  all.stores.published.set(jwksUri, jwks);
});

interface Signing {
  readonly alg: string;
  readonly kid?: string;
  readonly privateKey: CryptoKey | Uint8Array;
}
const bySecret = (text = secret): Signing => ({ alg: 'HS256', privateKey: new TextEncoder().encode(text) });
const keyOf = (id: string): Signing => (id === 'secret' ? bySecret() : ec);

const assertionOf = (id: string, claims: JWTPayload = {}, key: Signing = keyOf(id)): Promise<string> =>
  new SignJWT({ iss: id, sub: id, aud: issuer, jti: randomUUID(), exp: all.clock() + 60, ...claims })
    .setProtectedHeader({ alg: key.alg, ...(key.kid === undefined ? {} : { kid: key.kid }) })
    .sign(key.privateKey);

const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
type Endpoint = 'token' | 'introspection' | 'revocation';
const send = (
  assertion: string,
  more: Record<string, string> = {},
  endpoint: Endpoint = 'token',
  url = '/oidc/token',
) =>
  all.endpoints[endpoint](
    post(
      {
        grant_type: 'client_credentials',
        token: 'unknown',
        client_assertion: assertion,
        client_assertion_type: type,
        ...more,
      },
      { url },
    ),
  );
const refused = (description: string) => ({
  status: 401,
  body: { error: 'invalid_client', error_description: expect.stringContaining(description) },
});
const isRefused = (reply: EndpointReply, description = '') => expect(reply).toMatchObject(refused(description));

describe('RFC 7523 §2.2, OpenID Connect Core 1.0 §9: client assertions', () => {
  it.each(['key', 'secret', 'remote', 'pinned'])('authenticate the client %s', async (id) => {
    expect((await send(await assertionOf(id))).status).toBe(200);
    expect((await send(await assertionOf(id), { client_id: id })).status).toBe(200);
  });

  it.each([rsa, { ...rsa, alg: 'PS256', privateKey: undefined }, ec, ed])('by a key for $alg', async (key) => {
    const privateKey = key.privateKey ?? (await reimported(rsa.privateKey));
    expect((await send(await assertionOf('key', {}, { ...key, privateKey }))).status).toBe(200);
  });

  const reimported = async (key: CryptoKey): Promise<CryptoKey> =>
    crypto.subtle.importKey(
      'pkcs8',
      await crypto.subtle.exportKey('pkcs8', key),
      { name: 'RSA-PSS', hash: 'SHA-256' },
      false,
      ['sign'],
    );

  it.each([
    ['the issuer', issuer],
    ['the token endpoint', `${issuer}/token`],
    ['one of several', ['https://elsewhere.example.test', `${issuer}/token`]],
  ])('RFC 7523 §3: aud is %s', async (_, aud) => {
    expect((await send(await assertionOf('key', { aud }))).status).toBe(200);
  });

  it('per endpoint by the method that is registered there, with that endpoint as aud too', async () => {
    const url = '/oidc/token/introspection';
    const aud = `${issuer}/token/introspection`;
    expect((await send(await assertionOf('mixed', { aud }, ec), {}, 'introspection', url)).status).toBe(200);
    expect((await send(await assertionOf('mixed', {}, bySecret()), {}, 'revocation')).status).toBe(200);
    isRefused(await send(await assertionOf('mixed', {}, bySecret()), {}, 'introspection'), 'private_key_jwt');
    isRefused(await send(await assertionOf('mixed', {}, ec), {}, 'revocation'), 'client_secret_jwt');
    isRefused(await send(await assertionOf('mixed', {}, ec)), 'client_secret_basic');
  });
});

describe('RFC 7523 §3: an assertion is refused', () => {
  const at = () => all.clock();
  it.each<[string, () => JWTPayload, string]>([
    ['without exp', () => ({ exp: undefined as never }), 'exp is required'],
    ['after exp, even with the skew', () => ({ exp: at() - 60 }), 'has expired'],
    ['more than an hour ahead', () => ({ exp: at() + 3661 }), 'exp must be at most 3600'],
    ['without jti', () => ({ jti: undefined as never }), 'jti'],
    ['with an empty jti', () => ({ jti: '' }), 'jti'],
    ['for somebody else', () => ({ aud: 'https://elsewhere.example.test' }), 'aud'],
    ['for something like us', () => ({ aud: `${issuer}/` }), 'aud'],
    ['without aud', () => ({ aud: undefined as never }), 'aud'],
    ['by another issuer', () => ({ iss: issuer }), 'iss and sub'],
    ['from the future', () => ({ iat: at() + 61 }), 'iat and nbf'],
    ['before its time', () => ({ nbf: at() + 61 }), 'iat and nbf'],
  ])('%s', async (_, claims, description) => {
    isRefused(await send(await assertionOf('key', claims())), description);
    isRefused(await send(await assertionOf('secret', claims())), description);
  });

  it('not for a minute of skew', async () => {
    for (const claims of [{ exp: at() - 59 }, { iat: at() + 60, nbf: at() + 60 }, { exp: at() + 3660 }])
      expect((await send(await assertionOf('key', claims))).status).toBe(200);
  });

  it('RFC 8725 §3.11: of the type of something else', async () => {
    const typed = async (typ: string) =>
      new SignJWT({ iss: 'key', sub: 'key', aud: issuer, jti: randomUUID(), exp: at() + 60 })
        .setProtectedHeader({ alg: 'ES256', typ })
        .sign(ec.privateKey);
    for (const typ of ['oauth-authz-req+jwt', 'at+jwt', 'dpop+jwt']) isRefused(await send(await typed(typ)), 'typ');
    for (const typ of ['JWT', 'jwt', 'client-authentication+jwt'])
      expect((await send(await typed(typ))).status).toBe(200);
  });

  it('OpenID Connect Core 1.0 §9: a second time, and of ten at once nine', async () => {
    const assertion = await assertionOf('key');
    expect((await send(assertion)).status).toBe(200);
    isRefused(await send(assertion), 'used already');
    const another = await assertionOf('secret');
    const replies = await Promise.all(Array.from({ length: 10 }, () => send(another)));
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1);
  });

  it('a jti of another client is another one, and a forged assertion uses none up', async () => {
    const jti = randomUUID();
    isRefused(await send(await assertionOf('key', { jti }, other)));
    isRefused(await send(await assertionOf('key', { jti }, { ...other, kid: 'ec' })), 'unknown, or its credentials');
    expect((await send(await assertionOf('key', { jti }))).status).toBe(200);
    expect((await send(await assertionOf('secret', { jti }))).status).toBe(200);
  });

  it('with a wrong secret, for an unknown client, for a client of another method', async () => {
    isRefused(await send(await assertionOf('secret', {}, bySecret('another secret of thirty-two bytes'))));
    isRefused(await send(await assertionOf('nobody')));
    isRefused(await send(await assertionOf('web', {}, bySecret())), 'client_secret_basic');
    isRefused(await send(await assertionOf('spa', {}, ec)), 'none');
  });

  it('RFC 8725 §3.1: by another algorithm than the client is registered for', async () => {
    isRefused(await send(await assertionOf('pinned', {}, rsa)), 'alg must be ES256');
    isRefused(await send(await assertionOf('key', {}, bySecret())), 'private_key_jwt');
    isRefused(await send(await assertionOf('secret', {}, ec)), 'client_secret_jwt');
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const claims = { iss: 'key', sub: 'key', aud: issuer, jti: 'x', exp: at() + 60 };
    isRefused(await send(`${part({ alg: 'none' })}.${part(claims)}.`), 'alg must be');
  });

  it('RFC 8725 §2.1: with the public key as an HMAC secret', async () => {
    const forged = await assertionOf('secret', {}, bySecret(JSON.stringify(ec.jwk)));
    isRefused(await send(forged));
  });

  it.each(['', 'x', 'a.b.c', '{}', `${'x'.repeat(10_000)}.y.z`])('where it is no JWT: %j', async (text) => {
    const reply = await send(text || ' ');
    isRefused(reply, 'must be a signed JWT');
    expect(JSON.stringify(reply)).not.toContain('xxxx');
  });

  it('of another type, and beside other credentials', async () => {
    isRefused(await send(await assertionOf('key'), { client_assertion_type: 'urn:x' }), 'client_assertion_type');
    const two = await send(await assertionOf('key'), { client_id: 'key', client_secret: secret });
    expect(two).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    const mixed = await send(await assertionOf('key'), { client_id: 'web' });
    expect(mixed).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('no assertion reaches an error or the log', async () => {
    const assertion = await assertionOf('key', { exp: at() - 100 });
    const reply = await send(assertion);
    expect(JSON.stringify([reply, all.reported.map(String)])).not.toContain(assertion.slice(0, 30));
  });
});

describe('OpenID Connect Core 1.0 §10.1.1: keys under jwks_uri', () => {
  it('a new kid is found, one that is gone after a while is not', async () => {
    expect((await send(await assertionOf('remote'))).status).toBe(200);
    all.stores.published.set(jwksUri, { keys: [ec.jwk, other.jwk] });
    expect((await send(await assertionOf('remote', {}, other))).status).toBe(200);
    isRefused(await send(await assertionOf('remote', {}, rsa)));
  });

  it('without an answer the client is told to come again', async () => {
    all.stores.published.delete(jwksUri);
    expect(await send(await assertionOf('remote'))).toMatchObject({
      status: 503,
      body: { error: 'temporarily_unavailable' },
    });
  });

  it('RFC 7517 §4.2, §5: a key for something else, or one that is not understood, is not used', async () => {
    all.stores.published.set(jwksUri, {
      keys: [{ kty: 'new' }, { ...ec.jwk, use: 'enc' }, { ...ec.jwk, alg: 'ECDH-ES' }],
    });
    isRefused(await send(await assertionOf('remote')));
  });
});

describe('secrets that are stored sealed', () => {
  it('serve client_secret_basic too where an endpoint has it', async () => {
    const { secrets } = (await all.stores.clients.find('mixed'))!;
    expect(secrets[0]?.sealed).toMatch(/^v1\./);
    const ask = (text: string) =>
      all.endpoints.token(
        post(
          { grant_type: 'client_credentials' },
          { headers: { authorization: `Basic ${Buffer.from(`mixed:${text}`).toString('base64')}` } },
        ),
      );
    expect(bodyOf(await ask(secret))).toHaveProperty('access_token');
    isRefused(await ask('wrong'));
  });
});
