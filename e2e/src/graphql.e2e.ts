import { describe, expect, it } from '@jest/globals';
import { decodeJwt } from 'jose';
import { createRequire } from 'node:module';
import { issuer, origin } from './provider.js';
import { password } from './setup/declaration.js';

// Unmodified, from npm.
const require = createRequire(import.meta.url);
type Answer = Record<string, unknown>;
interface Sdk {
  loginByUsername(username: string, password: string, options?: object): Promise<Answer>;
  loginByEmail(email: string, password: string): Promise<Answer>;
  loginByPhonePassword(phone: string, password: string): Promise<Answer>;
  getCurrentUser(): Promise<Answer | null>;
  checkLoginStatus(token?: string): Promise<Answer>;
  refreshToken(): Promise<Answer>;
  checkPasswordStrength(password: string): Promise<Answer>;
  checkLoggedIn(): string;
  setToken(token: string): void;
}
const { AuthenticationClient } = require('authing-js-sdk') as {
  AuthenticationClient: new (options: object) => Sdk;
};
const appId = 'json-none';
// Not its own complaint at every error.
const sdkOf = (more: object = {}): Sdk =>
  new AuthenticationClient({ appId, appHost: origin, onError: () => undefined, ...more });

const anna = {
  username: 'anna',
  name: 'Anna Example',
  email: 'anna@example.test',
  emailVerified: true,
  phone: '+8613900000000',
  token: expect.stringMatching(/^eyJ/),
};
const signedIn = async () => {
  const sdk = sdkOf();
  const { token, id } = await sdk.loginByUsername('anna', password);
  return { sdk, token: String(token), id };
};
const revoke = (token: string) =>
  fetch(`${issuer}/token/revocation`, {
    method: 'POST',
    body: new URLSearchParams({ token, client_id: appId }),
    signal: AbortSignal.timeout(15_000),
  });

describe('authing-js-sdk by GraphQL', () => {
  it.each([
    ['loginByUsername', 'anna'],
    ['loginByEmail', 'anna@example.test'],
    ['loginByPhonePassword', '13900000000'],
    ['loginByPhonePassword', '+8613900000000'],
  ] as const)('RFC 6749 §4.3: %s %s, the password encrypted by the SDK', async (method, identifier) => {
    const sdk = sdkOf();
    const person = await sdk[method](identifier, password);
    expect(person).toMatchObject(anna);
    const claims = decodeJwt(String(person.token));
    expect(claims).toMatchObject({ iss: issuer, sub: person.id, client_id: appId });
    expect(Date.parse(String(person.tokenExpiredAt))).toBe(claims.exp! * 1000);
    expect(sdk.checkLoggedIn()).toBe(person.id);
  });

  it('getCurrentUser: the same person, and the SDK keeps the token', async () => {
    const { sdk, token, id } = await signedIn();
    expect(await sdk.getCurrentUser()).toMatchObject({ ...anna, id, token });
    expect(await sdk.getCurrentUser()).toMatchObject({ id });
    const other = sdkOf({ token });
    expect(await other.getCurrentUser()).toMatchObject({ ...anna, id });
    expect(await sdkOf().getCurrentUser()).toBeNull();
    // Signed in already: the SDK sends the token beside the password.
    expect(await sdk.loginByUsername('bob', password)).toMatchObject({ username: 'bob' });
  });

  it('checkLoginStatus: one that holds, one that never did, one that was revoked', async () => {
    const { sdk, token, id } = await signedIn();
    const { exp, iat } = decodeJwt(token);
    const holds = { code: 200, status: true, exp, iat, data: { id } };
    expect(await sdk.checkLoginStatus()).toMatchObject(holds);
    expect(await sdkOf().checkLoginStatus(token)).toMatchObject(holds);
    const doesNot = { code: 2020, message: expect.any(String), status: false, exp: null, iat: null, data: null };
    expect(await sdk.checkLoginStatus('made.up.by-me')).toEqual(doesNot);
    expect(await sdkOf().checkLoginStatus()).toEqual(doesNot);
    expect((await revoke(token)).status).toBe(200);
    expect(await sdk.checkLoginStatus()).toEqual(doesNot);
    expect(await sdk.getCurrentUser()).toBeNull();
  });

  it('refreshToken: another one, which the SDK goes on with; the old one is over', async () => {
    const { sdk, token, id } = await signedIn();
    const fresh = await sdk.refreshToken();
    expect(fresh).toEqual({ token: expect.stringMatching(/^eyJ/), iat: expect.any(Number), exp: expect.any(Number) });
    expect(fresh.token).not.toBe(token);
    expect(await sdk.getCurrentUser()).toMatchObject({ id, token: fresh.token });
    expect(await sdk.checkLoginStatus(token)).toMatchObject({ status: false });
    await expect(sdkOf({ token }).refreshToken()).rejects.toMatchObject({ code: 2020 });
  });

  it('of many at once one gets a new token', async () => {
    const { token } = await signedIn();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => sdkOf({ token }).refreshToken()));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  it('a wrong password and an unknown person: the SDK throws the same code and message', async () => {
    const wrong = {
      code: 2333,
      message: expect.any(String),
      data: expect.objectContaining({ error: 'invalid_grant' }),
    };
    const thrown = (username: string) =>
      sdkOf()
        .loginByUsername(username, 'not the password', { autoRegister: true })
        .catch((error: unknown) => error as Answer);
    const [known, unknown] = [await thrown('carol'), await thrown('nobody-of-graphql')];
    expect(known).toEqual(wrong);
    expect(unknown).toEqual({ ...known, data: expect.objectContaining({ error: 'invalid_grant' }) });
  });

  it.each([
    ['spa', 1001],
    ['password', 2011],
    ['nobody', 2011],
  ])('RFC 9700 §2.4: not for the client %s', async (appId, code) => {
    await expect(sdkOf({ appId }).loginByUsername('anna', password)).rejects.toMatchObject({ code });
  });

  it('says of what is not offered that it is not', async () => {
    await expect(sdkOf().checkPasswordStrength('weak')).rejects.toMatchObject({
      code: 400,
      message: 'The query checkPasswordStrength is not offered here',
    });
  });
});

const nothing = '{ checkLoginStatus { status } }';
const post = (body: string, headers: Record<string, string> = {}) =>
  fetch(`${origin}/graphql/v2`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body,
    signal: AbortSignal.timeout(15_000),
  });
const asked = (query: string) => JSON.stringify({ query });

describe('hostile questions', () => {
  it.each([
    ['nested deeply', asked('{ user '.repeat(5000)), 200],
    ['1000 aliases', asked(`{ ${Array.from({ length: 1000 }, (_, at) => `a${at}: user { id }`).join(' ')} }`), 200],
    ['introspection', asked('{ __schema { types { name } } }'), 200],
    ['a fragment of itself', asked('{ user { ...f } } fragment f on User { ...f }'), 200],
    ['not GraphQL', asked('SELECT 1'), 200],
    ['a batch', JSON.stringify([{ query: nothing }, { query: nothing }]), 400],
    ['no question', '{}', 400],
  ])('GraphQL §7: %s is refused in the words of the SDK', async (_, body, status) => {
    const response = await post(body);
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({
      data: null,
      errors: [{ message: { code: 400, message: expect.any(String) }, extensions: { error: 'invalid_request' } }],
    });
  });

  it.each([
    ['RFC 9110 §15.5.14: 1 MB', () => post(asked('x'.repeat(1_000_000))), 413],
    ['RFC 8259: not JSON', () => post('{"query":'), 400],
    ['a form', () => post('query=x', { 'content-type': 'application/x-www-form-urlencoded' }), 400],
    ['RFC 9110 §15.5.6: GET', () => fetch(`${origin}/graphql/v2?query=${encodeURIComponent(nothing)}`), 405],
  ])('the gateway refuses %s', async (_, ask, status) => {
    expect((await ask()).status).toBe(status);
  });

  it('and is there for the next', async () => {
    expect(await (await post(asked(nothing))).json()).toEqual({ data: { checkLoginStatus: { status: false } } });
  });

  it('Fetch Standard §3.3: a script of any origin may ask, with the headers of the SDK; no cookie counts', async () => {
    const headers = {
      origin: 'https://shop.example.test',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type,x-authing-app-id,x-authing-lang',
    };
    const preflight = await fetch(`${origin}/graphql/v2`, { method: 'OPTIONS', headers });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe('https://shop.example.test');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('x-authing-app-id');
    const response = await post(asked(nothing), { origin: 'https://shop.example.test' });
    expect(response.headers.get('access-control-allow-origin')).toBe('https://shop.example.test');
    expect(response.headers.getSetCookie()).toEqual([]);
  });
});
