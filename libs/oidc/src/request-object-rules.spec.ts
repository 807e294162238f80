import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, issuer, paramsOf, ruleBrowser, rules, type GivenParams, type Rules } from '@portico/testing';
import { CompactEncrypt, exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';

const [pair, stranger] = await Promise.all([
  generateKeyPair('ES256', { extractable: true }),
  generateKeyPair('ES256', { extractable: true }),
]);
const jwks = { keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'k' }] };
const redirectUri = 'https://app.example.test/cb';
const claims = {
  iss: 'app',
  aud: issuer,
  client_id: 'app',
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid',
};

let all: Rules;
beforeEach(async () => void (all = await rules({ app: { jwks, request_object_signing_alg: 'ES256' } })));

const sign = (more: JWTPayload = {}, key: CryptoKey = pair.privateKey) =>
  new SignJWT({ ...claims, state: 'inside', ...more }).setProtectedHeader({ alg: 'ES256', kid: 'k' }).sign(key);
const answered = async (params: GivenParams) => {
  const browser = ruleBrowser(all);
  return paramsOf(await browser.answer(await browser.get('authorize', { client_id: 'app', ...params })));
};
const refusal = async (request: string) =>
  paramsOf(
    await all.endpoints.authorize(get({ client_id: 'app', redirect_uri: redirectUri, state: 'outside', request })),
  );

describe('RFC 9101 §4, §5.1: a request object by value', () => {
  it('holds every parameter of the request; client_id alone stands outside', async () => {
    expect(await answered({ request: await sign() })).toMatchObject({ code: expect.any(String), state: 'inside' });
  });

  it('§4: nor is there a request or a request_uri in it', async () => {
    for (const more of [{ request: await sign() }, { request_uri: 'https://app.example.test/object' }])
      expect(await refusal(await sign(more))).toMatchObject({ error: 'invalid_request_object' });
  });
});

describe('RFC 9101 §6.2, §7: what is wrong with one is told as invalid_request_object', () => {
  it.each<[string, () => string | Promise<string>]>([
    ['a signature of somebody else', () => sign({}, stranger.privateKey)],
    ['a signature that is cut off', async () => (await sign()).slice(0, -4)],
    ['no signature', async () => `${(await sign()).split('.').slice(0, 2).join('.')}.`],
    ['another client in it', () => sign({ client_id: 'other' })],
    ['no JWT', () => 'rubbish'],
    [
      'an encrypted one',
      async () => {
        const { publicKey } = await generateKeyPair('ECDH-ES');
        const bytes = new TextEncoder().encode(await sign());
        return new CompactEncrypt(bytes).setProtectedHeader({ alg: 'ECDH-ES', enc: 'A256GCM' }).encrypt(publicKey);
      },
    ],
  ])('%s', async (_, request) =>
    expect(await refusal(await request())).toMatchObject({ error: 'invalid_request_object', state: 'outside' }),
  );

  it('§7: request_uri has an error of its own', async () => {
    const params = { client_id: 'app', redirect_uri: redirectUri, response_type: 'code', scope: 'openid' };
    const reply = await all.endpoints.authorize(get({ ...params, request_uri: 'https://app.example.test/object' }));
    expect(paramsOf(reply)).toMatchObject({ error: 'request_uri_not_supported' });
  });
});

describe('OpenID Connect Core 1.0 §6.3.3: how the parameters are put together', () => {
  it('the object supersedes what stands outside, which fills in the rest, and the whole is validated', async () => {
    const outside = { response_type: 'code', scope: 'openid', redirect_uri: redirectUri, state: 'outside', nonce: 'n' };
    expect(await answered({ ...outside, request: await sign() })).toMatchObject({ state: 'inside' });
    expect(await answered({ ...outside, request: await sign({ state: undefined }) })).toMatchObject({
      state: 'outside',
    });
    expect(await answered({ ...outside, request: await sign({ prompt: 'magic' }) })).toMatchObject({
      error: 'invalid_request',
    });
  });
});
