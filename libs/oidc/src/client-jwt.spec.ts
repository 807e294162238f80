import { beforeEach, describe, expect, it } from '@jest/globals';
import { halfHash } from './id-token.js';
import {
  basic,
  bodyOf,
  clientSecretKey,
  get,
  issuer,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  signedIn,
  type Rules,
} from '@portico/testing';
import { seal } from '@portico/jwt';
import {
  compactDecrypt,
  createLocalJWKSet,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  jwtVerify,
  type JSONWebKeySet,
} from 'jose';

const pair = async (alg: string, kid: string) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { privateKey, jwk: { ...(await exportJWK(publicKey)), kid } };
};
const rsa = await pair('RSA-OAEP-256', 'rsa');
const ec = await pair('ECDH-ES', 'ec');
const signing = await pair('ES256', 'sig');
const jwks = { keys: [{ ...signing.jwk, use: 'sig' }, rsa.jwk, ec.jwk] };
const jwksUri = 'https://remote.example.test/jwks';

const encrypted = {
  'rsa-gcm': ['RSA-OAEP-256', 'A256GCM', rsa],
  'ec-gcm': ['ECDH-ES', 'A128GCM', ec],
  'ec-wrapped': ['ECDH-ES+A128KW', 'A256GCM', ec],
  'ec-standard': ['ECDH-ES', undefined, ec],
} as const;

const clients = {
  hs: { id_token_signed_response_alg: 'HS256', userinfo_signed_response_alg: 'HS256' },
  es: { userinfo_signed_response_alg: 'ES256' },
  remote: { jwks_uri: jwksUri, id_token_encrypted_response_alg: 'RSA-OAEP-256' },
  unsigned: { jwks, userinfo_encrypted_response_alg: 'ECDH-ES', userinfo_encrypted_response_enc: 'A128GCM' },
  ...Object.fromEntries(
    Object.entries(encrypted).map(([id, [alg, enc]]) => [
      id,
      {
        jwks,
        id_token_encrypted_response_alg: alg,
        id_token_encrypted_response_enc: enc,
        userinfo_signed_response_alg: 'RS256',
        userinfo_encrypted_response_alg: alg,
        userinfo_encrypted_response_enc: enc,
      },
    ]),
  ),
};

let all: Rules;
beforeEach(async () => {
  all = await rules(clients);
  all.stores.published.set(jwksUri, jwks);
});

const ours = () => createLocalJWKSet(all.keys.jwks as unknown as JSONWebKeySet);
const optionsFor = (id: string) => ({ issuer, audience: id, currentDate: new Date(all.clock() * 1000) });
const key = new TextEncoder().encode(secret);
const userinfo = async (accessToken: string): Promise<string> => {
  const reply = await all.endpoints.userinfo(get({}, { headers: { authorization: `Bearer ${accessToken}` } }));
  if (reply.kind !== 'jwt') throw new Error(`no JWT: ${JSON.stringify(reply)}`);
  return reply.body;
};

describe('OpenID Connect Core 1.0 §10.1: HS256 by the client secret', () => {
  it('signs the ID Token, and its at_hash is by SHA-256', async () => {
    const { id_token, access_token } = await signedIn(all, 'hs');
    const { payload, protectedHeader } = await jwtVerify(id_token, key, { ...optionsFor('hs'), algorithms: ['HS256'] });
    expect(protectedHeader).toEqual({ alg: 'HS256', typ: 'JWT' });
    expect(payload).toMatchObject({ sub: 'sub-alice', at_hash: halfHash(access_token, 'RS256') });
  });

  it('§5.3.2: signs user info, with iss and aud', async () => {
    const { access_token } = await signedIn(all, 'hs');
    const { payload } = await jwtVerify(await userinfo(access_token), key, { issuer, audience: 'hs' });
    expect(payload).toMatchObject({ iss: issuer, aud: 'hs', sub: 'sub-alice', name: 'Alice Example' });
  });

  const rotate = async (overlapSeconds: number) => {
    const at = all.clock();
    const sealed = seal('the second secret, of thirty-two bytes', 'hs', clientSecretKey);
    await all.stores.registrations.rotateSecret('hs', { sealed, createdAt: at }, at + overlapSeconds);
  };
  const second = new TextEncoder().encode('the second secret, of thirty-two bytes');

  it('while it is rotated: by the one with which the client authenticates; without one by the newest', async () => {
    const { refresh_token, access_token } = await signedIn(all, 'hs');
    await rotate(60);
    const refresh = async (text: string) => {
      const form = { grant_type: 'refresh_token', refresh_token };
      return String(bodyOf(await all.endpoints.token(post(form, { headers: basic('hs', text) }))).id_token);
    };
    await jwtVerify(await refresh(secret), key, optionsFor('hs'));
    await jwtVerify(await refresh('the second secret, of thirty-two bytes'), second, optionsFor('hs'));
    await jwtVerify(await userinfo(access_token), second, { issuer, audience: 'hs' });
  });

  it('RP-Initiated Logout §2, §3.1.2.1: such an ID Token is a hint, by any secret that holds', async () => {
    const { id_token, browser } = await signedIn(all, 'hs');
    await rotate(60);
    const request = { client_id: 'hs', redirect_uri: 'https://hs.example.test/cb', response_type: 'code' };
    const silent = { ...request, scope: 'openid', prompt: 'none', id_token_hint: id_token };
    expect(paramsOf(await browser.get('authorize', silent))).toHaveProperty('code');
    const tampered = `${id_token.slice(0, -4)}AAAA`;
    expect(paramsOf(await browser.get('authorize', { ...silent, id_token_hint: tampered }))).toMatchObject({
      error: 'invalid_request',
    });
    const bye = 'https://hs.example.test/bye';
    const logout = { id_token_hint: id_token, post_logout_redirect_uri: bye };
    expect(await browser.get('endSession', { ...logout, id_token_hint: tampered })).toMatchObject({ status: 400 });
    all.clock.pass(30);
    expect(await browser.get('endSession', logout)).toMatchObject({ kind: 'redirect', location: bye });
  });

  it('a hint by a secret that has ended is none', async () => {
    const { id_token } = await signedIn(all, 'hs');
    await rotate(0);
    const isSignedOut = { status: 200, page: { name: 'logged-out' } };
    for (const params of [{ id_token_hint: id_token }, {}])
      expect(await ruleBrowser(all).get('endSession', params)).toMatchObject(isSignedOut);
  });

  it('RFC 8725 §2.1: a public key of ours is no secret of a client', async () => {
    const [header, payload] = (await signedIn(all, 'es')).id_token.split('.');
    const forged = `${Buffer.from('{"alg":"HS256","typ":"JWT"}').toString('base64url')}.${payload!}.AAAA`;
    for (const hint of [forged, `${header!}.${payload!}.AAAA`])
      expect(await ruleBrowser(all).get('endSession', { id_token_hint: hint })).toMatchObject({ status: 400 });
  });

  it('a client whose secret is only hashed is told so', async () => {
    const client = (await all.stores.clients.find('es'))!;
    const metadata = { ...client.metadata, userinfo_signed_response_alg: 'HS256' as const };
    const { access_token } = await signedIn(all, 'es');
    await all.stores.registrations.save([{ ...client, metadata }], []);
    const reply = await all.endpoints.userinfo(get({}, { headers: { authorization: `Bearer ${access_token}` } }));
    expect(reply).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
  });
});

describe('OpenID Connect Core 1.0 §10.2: encryption, nested after the signature', () => {
  it.each(Object.entries(encrypted))('%s', async (id, [alg, enc, { privateKey, jwk }]) => {
    const { id_token, access_token } = await signedIn(all, id);
    for (const text of [id_token, await userinfo(access_token)]) {
      const { plaintext, protectedHeader } = await compactDecrypt(text, privateKey);
      expect(protectedHeader).toMatchObject({ alg, enc: enc ?? 'A128CBC-HS256', cty: 'JWT', kid: jwk.kid });
      const { payload } = await jwtVerify(plaintext, ours(), optionsFor(id));
      expect(payload).toMatchObject({ iss: issuer, aud: id, sub: 'sub-alice' });
    }
  });

  it('§10.2.1: for a key under jwks_uri', async () => {
    const { id_token } = await signedIn(all, 'remote');
    const { plaintext } = await compactDecrypt(id_token, rsa.privateKey);
    await jwtVerify(plaintext, ours(), optionsFor('remote'));
  });

  it('a key set without a fitting key is told, and the code is not used up', async () => {
    all.stores.published.set(jwksUri, { keys: [ec.jwk] });
    const browser = ruleBrowser(all);
    const request = {
      client_id: 'remote',
      redirect_uri: 'https://remote.example.test/cb',
      response_type: 'code',
      scope: 'openid',
    };
    const { code } = paramsOf(await browser.answer(await browser.get('authorize', request)));
    const form = { grant_type: 'authorization_code', code, redirect_uri: request.redirect_uri };
    const redeem = () => all.endpoints.token(post(form, { headers: basic('remote', secret) }));
    expect(await redeem()).toMatchObject({ status: 503, body: { error: 'temporarily_unavailable' } });
    all.stores.published.set(jwksUri, jwks);
    expect(bodyOf(await redeem())).toHaveProperty('id_token');
  });

  it('an encrypted hint is refused with the reason', async () => {
    const { id_token } = await signedIn(all, 'rsa-gcm');
    const reply = await ruleBrowser(all).get('endSession', { id_token_hint: id_token });
    expect(reply).toMatchObject({ status: 400, page: { description: expect.stringContaining('must be decrypted') } });
  });
});

describe('OpenID Connect Core 1.0 §5.3.2: user info', () => {
  it('signed by a key of ours', async () => {
    const text = await userinfo((await signedIn(all, 'es')).access_token);
    expect(decodeProtectedHeader(text)).toMatchObject({ alg: 'ES256' });
    const { payload } = await jwtVerify(text, ours(), { issuer, audience: 'es' });
    expect(payload).toMatchObject({ sub: 'sub-alice', given_name: 'Alice' });
  });

  it('encrypted alone: the claims themselves are inside', async () => {
    const text = await userinfo((await signedIn(all, 'unsigned')).access_token);
    const { plaintext, protectedHeader } = await compactDecrypt(text, ec.privateKey);
    expect(protectedHeader).not.toHaveProperty('cty');
    expect(JSON.parse(new TextDecoder().decode(plaintext))).toMatchObject({ sub: 'sub-alice', aud: 'unsigned' });
  });
});
