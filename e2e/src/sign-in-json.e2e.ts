import { constants, publicEncrypt } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '@portico/testing';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { shopTab } from './application.js';
import { issuer, origin, provider } from './provider.js';
import { password, secret, shop } from './setup/declaration.js';

// Unmodified, from npm.
const require = createRequire(import.meta.url);
type Json = Record<string, unknown>;
interface Signed {
  readonly access_token: string;
  readonly id_token: string;
  readonly refresh_token: string;
}

const scope = 'openid profile offline_access';
const jwks = createRemoteJWKSet(new URL(`${issuer}/.well-known/jwks.json`));
const subjectOf = async ({ id_token: token }: Signed, audience: string): Promise<unknown> =>
  (await jwtVerify(token, jwks, { issuer, audience })).payload.sub;
const signedIn = (data: unknown): void => {
  expect(data).toMatchObject({ token_type: 'Bearer', scope, expires_in: 3600, expire_in: 3600 });
  expect(Object.keys(data as Json)).toEqual(expect.arrayContaining(['access_token', 'id_token', 'refresh_token']));
};

describe('authing-js-sdk', () => {
  interface JsSdk {
    readonly publicKeyManager: { getPublicKey(): Promise<string> };
    signinByCredentials(given: Json): Promise<Signed & { state: string }>;
  }
  const { AuthenticationClient } = require('authing-js-sdk') as {
    AuthenticationClient: new (options: object) => JsSdk;
  };
  const { encrypt } = require('authing-js-sdk/build/main/lib/utils.js') as {
    encrypt: (text: string, key: string) => Promise<string>;
  };
  const sdk = (appId = 'json-post') => new AuthenticationClient({ appId, appHost: origin });
  const given = (more: Json = {}, options: Json = {}) => ({
    connection: 'PASSWORD',
    passwordPayload: { username: 'anna', password },
    options: { scope, ...options },
    client_id: 'json-post',
    client_secret: secret,
    ...more,
  });

  it('signinByCredentials: the tokens of the person', async () => {
    const tokens = await sdk().signinByCredentials(given({}, { nonce: 'n-1', responseType: 'id_token token' }));
    signedIn(tokens);
    expect(decodeJwt(tokens.id_token)).toMatchObject({ aud: 'json-post', nonce: 'n-1', amr: ['pwd'] });
    const fresh = await fetch(`${issuer}/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'refresh_token',
        refresh_token: tokens.refresh_token,
        client_id: 'json-post',
        client_secret: secret,
      }),
    });
    expect(fresh.status).toBe(200);
  });

  it('RFC 8017 §7.2: with its own JSEncrypt, by the key that it finds, whatever bytes come out', async () => {
    const key = await sdk().publicKeyManager.getPublicKey();
    expect(key).toMatch(/^-----BEGIN PUBLIC KEY-----/);
    for (let round = 0; round < 10; round += 1) {
      const passwordPayload = { email: 'ANNA@example.test', password: await encrypt(password, key) };
      signedIn(await sdk().signinByCredentials(given({ passwordPayload }, { passwordEncryptType: 'rsa' })));
    }
  });

  it('a public client is named by the header of the SDK alone', async () => {
    signedIn(await sdk('json-none').signinByCredentials(given({ client_id: undefined, client_secret: undefined })));
  });

  it('throws what the provider says: statusCode, apiCode and message', async () => {
    const wrong = given({ passwordPayload: { username: 'bob', password: 'wrong' } });
    await expect(sdk().signinByCredentials(wrong)).rejects.toThrow(
      /^\{"statusCode":400,"apiCode":2006,"message":"username or password is wrong","requestId":"[0-9a-f]+"\}$/,
    );
    const undecryptable = { passwordPayload: { username: 'bob', password: 'AAAA' } };
    await expect(sdk().signinByCredentials(given(undecryptable, { passwordEncryptType: 'rsa' }))).rejects.toThrow(
      '"statusCode":400,"apiCode":2006,"message":"username or password is wrong"',
    );
    await expect(sdk().signinByCredentials(given({ client_secret: 'wrong' }))).rejects.toThrow('"statusCode":401');
    await expect(sdk('basic').signinByCredentials(given({ connection: 'LDAP' }))).rejects.toThrow(
      'connection must be PASSWORD',
    );
  });

  it('RFC 9700 §2.4: not for a client that is not set to the password grant', async () => {
    const id = { client_id: '5c9b079883e333d55a101084' };
    await expect(sdk().signinByCredentials(given(id))).rejects.toThrow('"apiCode":1001');
  });
});

describe('authing-node-sdk', () => {
  type SignIn = (given: Json) => Promise<{ statusCode: number; message: string; apiCode?: number; data: Signed }>;
  interface NodeSdk {
    getSystemInfo(): Promise<{ rsa: { publicKey: string } }>;
    signInByUsernamePassword: SignIn;
    signInByEmailPassword: SignIn;
    signInByPhonePassword: SignIn;
    signInByAccountPassword: SignIn;
  }
  const { AuthenticationClient } = require('authing-node-sdk') as {
    AuthenticationClient: new (options: object) => NodeSdk;
  };
  const sdkOf = (method: string) =>
    new AuthenticationClient({
      appId: `json-${method}`,
      appSecret: secret,
      appHost: origin,
      redirectUri: 'https://json.example.test/cb',
      tokenEndPointAuthMethod: method === 'none' ? 'none' : `client_secret_${method}`,
      scope,
    });
  const ways = [
    ['signInByUsernamePassword', { username: 'anna' }],
    ['signInByEmailPassword', { email: 'anna@example.test' }],
    ['signInByPhonePassword', { phone: '+8613900000000' }],
    ['signInByAccountPassword', { account: 'anna' }],
  ] as const;
  let encrypted: string;
  beforeAll(async () => {
    const { rsa } = await sdkOf('post').getSystemInfo();
    // As Authing's own example has it.
    const key = { key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING };
    encrypted = publicEncrypt(key, Buffer.from(password)).toString('base64');
  });

  describe.each(['post', 'basic', 'none'])('%s', (method) => {
    it.each(ways)('%s, in the clear and encrypted: the same person', async (name, who) => {
      const sdk = sdkOf(method);
      const plain = await sdk[name]({ ...who, password, options: { scope } });
      const rsa = await sdk[name]({ ...who, password: encrypted, options: { scope, passwordEncryptType: 'rsa' } });
      for (const answer of [plain, rsa]) {
        expect(answer.statusCode).toBe(200);
        signedIn(answer.data);
      }
      const subject = await subjectOf(plain.data, `json-${method}`);
      expect(await subjectOf(rsa.data, `json-${method}`)).toBe(subject);
    });

    it('a refusal is an answer: statusCode and message', async () => {
      const answers = await Promise.all([
        sdkOf(method).signInByUsernamePassword({ username: 'bob', password: 'wrong', options: {} }),
        sdkOf(method).signInByUsernamePassword({ username: 'nobody-here', password: 'wrong' }),
        sdkOf(method).signInByEmailPassword({
          email: 'bob@example.test',
          password: 'AAAA',
          options: { passwordEncryptType: 'rsa' },
        }),
      ]);
      for (const answer of answers)
        expect(answer).toEqual({
          statusCode: 400,
          apiCode: 2006,
          message: 'username or password is wrong',
          requestId: expect.any(String),
        });
      expect(
        await sdkOf(method).signInByUsernamePassword({
          username: 'anna',
          password,
          options: { passwordEncryptType: 'sm2' },
        }),
      ).toMatchObject({ statusCode: 400, message: expect.stringContaining('must be none or rsa') });
    });
  });
});

describe('the log', () => {
  it('has the line to which the requestId of a refusal leads, and no password', async () => {
    const response = await fetch(`${origin}/api/v3/signin`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-authing-app-id': 'json-none' },
      body: JSON.stringify({
        connection: 'PASSWORD',
        passwordPayload: { username: 'bob', password: 'hunter2hunter2' },
      }),
    });
    const { requestId } = (await response.json()) as { requestId: string };
    const log = () => readFileSync(join(provider.dataDir, 'provider.log'), 'utf8');
    await until(() => log().includes(`"requestId":"${requestId}"`));
    expect(log()).toContain('"error":"invalid_grant"');
    expect(log()).not.toContain('hunter2');
    expect(log()).not.toContain(password);
  });
});

describe('@authing/web, in Chromium', () => {
  const tab = shopTab(origin, ['axios', '@authing/web']);
  const signIn = (payload: Json, options: Json = {}, encryptFunction = 'undefined') =>
    tab().run<{ accessToken: string; idToken: string; refreshToken: string }>(`
      const sdk = new AuthingFactory.Authing({ domain: 'http://127.0.0.1', appId: 'json-none', userPoolId: 'pool',
        redirectUri: '${shop}/cb', encryptFunction: ${encryptFunction} });
      return sdk.loginByEmail(${JSON.stringify({ passwordPayload: payload, options })});`);
  const email = 'anna@example.test';

  it('loginByEmail, in the clear and encrypted', async () => {
    await tab().page.goto(`${shop}/`);
    const plain = await signIn({ email, password }, { scope });
    expect(decodeJwt(plain.idToken)).toMatchObject({ iss: issuer, aud: 'json-none', amr: ['pwd'] });
    expect(plain.refreshToken).toEqual(expect.any(String));

    const { rsa } = (await (await fetch(`${origin}/api/v3/system`)).json()) as { rsa: { publicKey: string } };
    const encrypted = publicEncrypt(
      { key: rsa.publicKey, padding: constants.RSA_PKCS1_PADDING },
      Buffer.from(password),
    ).toString('base64');
    const encryptFunction = `(text, key) => key === ${JSON.stringify(rsa.publicKey)} ? '${encrypted}' : text`;
    const other = await signIn({ email, password }, { passwordEncryptType: 'rsa' }, encryptFunction);
    expect(decodeJwt(other.idToken).sub).toBe(decodeJwt(plain.idToken).sub);
  });

  it('throws at a wrong password, and what it throws does not have the password in it', async () => {
    await tab().page.goto(`${shop}/`);
    const thrown = await signIn({ email, password: 'hunter2hunter2' }).catch(String);
    expect(thrown).toContain('login error');
    expect(thrown).not.toContain('hunter2');
  });
});
