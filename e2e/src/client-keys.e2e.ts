import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { compactDecrypt, createRemoteJWKSet, exportJWK, generateKeyPair, jwtVerify, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import * as client from 'openid-client';
import { portico } from './command-line.js';
import { httpBrowser } from './http-browser.js';
import { issuer, provider } from './provider.js';
import { secret } from './setup/declaration.js';

const pair = async (alg: string, kid: string) => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg } };
};
const [es256, rs256, agreed, rsa] = await Promise.all([
  pair('ES256', 'es256'),
  pair('RS256', 'rs256'),
  pair('ECDH-ES', 'agreed'),
  pair('RSA-OAEP-256', 'rsa'),
]);
const jwks = { keys: [es256, rs256, agreed, rsa].map(({ jwk }) => jwk) };
let published = [es256.jwk];
let asked = 0;
const keyServer = createServer((_, response) => {
  asked += 1;
  response.end(JSON.stringify({ keys: published }));
});

const redirectUri = (id: string) => `https://${id}.example.test/cb`;
const registered = (id: string, more: object) => ({
  client_id: id,
  redirect_uris: [redirectUri(id)],
  post_logout_redirect_uris: [`https://${id}.example.test/bye`],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid profile email offline_access',
  ...more,
});
const encryption = (alg: string, enc: string) => ({
  client_secret: secret,
  jwks,
  id_token_encrypted_response_alg: alg,
  id_token_encrypted_response_enc: enc,
  userinfo_signed_response_alg: 'ES256',
  userinfo_encrypted_response_alg: alg,
  userinfo_encrypted_response_enc: enc,
});
const signedUserinfo = { userinfo_signed_response_alg: 'RS256' };
const clients = (port: number) => [
  registered('by-key', { token_endpoint_auth_method: 'private_key_jwt', jwks }),
  registered('by-remote-key', {
    token_endpoint_auth_method: 'private_key_jwt',
    jwks_uri: `http://127.0.0.1:${port}/jwks`,
  }),
  registered('by-secret', {
    token_endpoint_auth_method: 'client_secret_jwt',
    client_secret: secret,
    ...signedUserinfo,
  }),
  registered('hs256', { client_secret: secret, id_token_signed_response_alg: 'HS256' }),
  registered('for-ec', encryption('ECDH-ES', 'A128GCM')),
  registered('for-rsa', encryption('RSA-OAEP-256', 'A256GCM')),
];

beforeAll(async () => {
  await new Promise<void>((resolve) => keyServer.listen(0, '127.0.0.1', resolve));
  const file = join(provider.dataDir, 'client-keys.yaml');
  await writeFile(file, JSON.stringify({ clients: clients((keyServer.address() as AddressInfo).port) }));
  await portico(['apply', file]);
});
afterAll(() => new Promise((resolve) => keyServer.close(resolve)));

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; these tests speak http on the loopback address
const overHttp = client.allowInsecureRequests;

const authentications: Record<string, client.ClientAuth> = {
  'by-key': client.PrivateKeyJwt({ key: es256.privateKey, kid: es256.kid }),
  'by-remote-key': client.PrivateKeyJwt({ key: es256.privateKey, kid: es256.kid }),
  'by-secret': client.ClientSecretJwt(secret),
};
const configured = async (id: string, auth = authentications[id] ?? client.ClientSecretBasic(secret)) => {
  const { id_token_signed_response_alg, userinfo_signed_response_alg } = clients(1).find(
    ({ client_id }) => client_id === id,
  ) as { id_token_signed_response_alg?: string; userinfo_signed_response_alg?: string };
  const settings = {
    ...(id_token_signed_response_alg ? { id_token_signed_response_alg } : {}),
    ...(userinfo_signed_response_alg ? { userinfo_signed_response_alg } : {}),
  };
  return client.discovery(new URL(issuer), id, settings, auth, { execute: [overHttp] });
};

const signIn = async (id: string, config: client.Configuration, browser = httpBrowser()) => {
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const expectedNonce = client.randomNonce();
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: redirectUri(id),
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
  });
  const landing = await browser.through(await browser.open(url.href));
  return client.authorizationCodeGrant(config, new URL(landing.url), { pkceCodeVerifier, expectedNonce });
};

describe('OpenID Connect Core 1.0 §9: openid-client authenticates by JWT', () => {
  it.each(['by-key', 'by-remote-key', 'by-secret'])('%s: sign-in, refresh, introspect, revoke', async (id) => {
    const config = await configured(id);
    const tokens = await signIn(id, config);
    const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toMatchObject({
      active: true,
      client_id: id,
    });
    await client.tokenRevocation(config, refreshed.refresh_token!);
    expect(await client.tokenIntrospection(config, refreshed.access_token)).toEqual({ active: false });
  });

  it('with another key, or another secret, it does not', async () => {
    const { privateKey } = await generateKeyPair('ES256');
    for (const [id, auth] of [
      ['by-key', client.PrivateKeyJwt({ key: privateKey, kid: es256.kid })],
      ['by-secret', client.ClientSecretJwt('another secret of at least thirty-two bytes')],
      ['by-secret', client.ClientSecretBasic(secret)],
    ] as const)
      await expect(client.clientCredentialsGrant(await configured(id, auth))).rejects.toMatchObject({ status: 401 });
  });

  it('of 20 requests with one assertion one succeeds, over all instances', async () => {
    const now = Math.floor(Date.now() / 1000);
    const assertion = await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: 'ES256', kid: es256.kid })
      .setIssuer('by-key')
      .setSubject('by-key')
      .setAudience([`${issuer}/token`])
      .setExpirationTime(now + 60)
      .sign(es256.privateKey);
    const body = () =>
      new URLSearchParams({
        grant_type: 'client_credentials',
        client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
        client_assertion: assertion,
      });
    const statuses = await Promise.all(
      Array.from({ length: 20 }, async () => (await fetch(`${issuer}/token`, { method: 'POST', body: body() })).status),
    );
    expect(statuses.sort()).toEqual([200, ...Array.from({ length: 19 }, () => 401)]);
  });

  it('§10.1.1: a key set is kept, so that a request asks nobody', async () => {
    const config = await configured('by-remote-key');
    await client.clientCredentialsGrant(config);
    const before = asked;
    await Promise.all(Array.from({ length: 10 }, () => client.clientCredentialsGrant(config)));
    expect(asked).toBe(before);
    published = [rs256.jwk];
    const unknown = await configured(
      'by-remote-key',
      client.PrivateKeyJwt({ key: rs256.privateKey, kid: 'from the future' }),
    );
    for (let times = 0; times < 3; times += 1)
      await expect(client.clientCredentialsGrant(unknown)).rejects.toMatchObject({ status: 401 });
    expect(asked - before).toBeLessThanOrEqual(1);
  });
});

describe('OpenID Connect Core 1.0 §10.1: HS256', () => {
  const key = (text: string) => new TextEncoder().encode(text);

  it('signs ID Tokens by the secret, also while it is rotated, and the hint logs out', async () => {
    const [config, browser] = [await configured('hs256'), httpBrowser()];
    const tokens = await signIn('hs256', config, browser);
    await jwtVerify(tokens.id_token!, key(secret), { issuer, audience: 'hs256', algorithms: ['HS256'] });

    const told = await portico(['client', 'rotate-secret', 'hs256', '--json']);
    const { client_secret: rotated } = JSON.parse(told) as { client_secret: string };
    for (const text of [secret, rotated]) {
      const instance = await configured('hs256', client.ClientSecretBasic(text));
      const refreshed = await client.refreshTokenGrant(instance, tokens.refresh_token!);
      await jwtVerify(refreshed.id_token!, key(text), { issuer, audience: 'hs256' });
    }

    const bye = 'https://hs256.example.test/bye';
    const logout = client.buildEndSessionUrl(config, {
      id_token_hint: tokens.id_token!,
      post_logout_redirect_uri: bye,
    });
    expect(await browser.open(logout.href)).toMatchObject({ url: bye });
  });
});

describe('OpenID Connect Core 1.0 §10.2, §5.3.2: JWTs that are signed, or signed and encrypted', () => {
  it('user info is signed', async () => {
    const config = await configured('by-secret');
    const tokens = await signIn('by-secret', config);
    const sub = tokens.claims()!.sub;
    expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
      iss: issuer,
      aud: 'by-secret',
      email: 'anna@example.test',
    });
    const response = await fetch(config.serverMetadata().userinfo_endpoint!, {
      headers: { authorization: `Bearer ${tokens.access_token}` },
    });
    expect(response.headers.get('content-type')).toMatch(/^application\/jwt/);
    const ours = createRemoteJWKSet(new URL(config.serverMetadata().jwks_uri!));
    await jwtVerify(await response.text(), ours, { issuer, audience: 'by-secret', algorithms: ['RS256'] });
  });

  it.each([
    ['for-ec', 'ECDH-ES', 'A128GCM', agreed],
    ['for-rsa', 'RSA-OAEP-256', 'A256GCM', rsa],
  ] as const)('openid-client reads what is encrypted %s', async (id, alg, enc, { privateKey, kid }) => {
    const config = await configured(id);
    client.enableDecryptingResponses(config, [enc], { key: privateKey, alg, kid });
    const tokens = await signIn(id, config);
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: id });
    const { protectedHeader } = await compactDecrypt(tokens.id_token!, privateKey);
    expect(protectedHeader).toMatchObject({ alg, enc, cty: 'JWT', kid });
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, tokens.claims()!.sub);
    expect(userinfo).toMatchObject({ aud: id, email: 'anna@example.test' });
  });
});
