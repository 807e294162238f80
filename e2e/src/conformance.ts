import { expect } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import { createLocalJWKSet, jwtVerify, type JSONWebKeySet, type JWTPayload } from 'jose';
import { formOf, httpBrowser, type Landing } from './http-browser.js';
import { issuer } from './provider.js';
import { secret } from './setup/declaration.js';

export type Texts = Readonly<Record<string, string>>;

/** A value that must be there. */
const the = (name: string, texts: Texts): string => {
  const text = texts[name];
  if (text === undefined) throw new Error(`There is no ${name} in ${JSON.stringify(Object.keys(texts))}`);
  return text;
};

/** What the provider says about itself. */
export const advertised = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Texts;

/** One column of the certification plans. */
export interface Variant {
  readonly responseType: string;
  readonly mode: 'default' | 'form_post';
}
type Browser = ReturnType<typeof httpBrowser>;
type Asked = Readonly<Record<string, string | undefined>>;

const responseTypes = ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'];
export const variants: readonly Variant[] = responseTypes.flatMap((responseType) =>
  (['default', 'form_post'] as const).map((mode) => ({ responseType, mode })),
);
export const has = ({ responseType }: Variant, word: string): boolean => responseType.split(' ').includes(word);

export const callbackOf = (id: string): string => `https://${id}.example.test/cb`;
export const identifier = 'claire';
export const random = (length = 10): string => randomBytes(length).toString('base64url').slice(0, length);

const browsers = new Map<string, Browser>();
/** The browser of a variant: one person signs in there once. */
export const browserOf = ({ responseType, mode }: Variant): Browser => {
  const name = `${responseType} ${mode}`;
  const browser = browsers.get(name) ?? httpBrowser();
  browsers.set(name, browser);
  return browser;
};

/** What the plans ask for, with what a module adds; undefined leaves a parameter out. */
export const requestOf = ({ responseType, mode }: Variant, more: Asked = {}): Texts => {
  const params: Asked = {
    client_id: 'suite',
    redirect_uri: callbackOf(more.client_id ?? 'suite'),
    scope: 'openid',
    state: random(),
    nonce: random(),
    response_type: responseType,
    ...(mode === 'form_post' ? { response_mode: mode } : {}),
    ...more,
  };
  return Object.fromEntries(Object.entries(params).flatMap(([name, value]) => (value ? [[name, value]] : [])));
};

export const urlOf = (params: Texts): string =>
  `${the('authorization_endpoint', advertised)}?${new URLSearchParams(params).toString()}`;

/** The parameters that came back, from the one place where they must be. */
export const responseOf = (landing: Landing, { mode, responseType }: Variant, redirectUri: string): Texts => {
  const [callback = '', registered = ''] = redirectUri.split('?');
  if (mode === 'form_post') {
    const { action, fields } = formOf(landing.html);
    expect([landing.status, landing.page, action]).toEqual([200, 'form-post', redirectUri]);
    return fields;
  }
  const { origin, pathname, search, hash } = new URL(landing.url);
  expect(`${origin}${pathname}`).toBe(callback);
  const query = Object.fromEntries(new URLSearchParams(search));
  const own = Object.fromEntries(new URLSearchParams(registered));
  expect(query).toMatchObject(own);
  if (responseType !== 'code') {
    expect(query).toEqual(own);
    return Object.fromEntries(new URLSearchParams(hash.slice(1)));
  }
  expect(hash).toBe('');
  return query;
};

/** A request, the first page that it shows, and what comes back once everything was answered. */
export const answered = async (variant: Variant, more: Asked = {}, browser = browserOf(variant)) => {
  const params = requestOf(variant, more);
  const first = await browser.open(urlOf(params));
  const landing = await browser.through(first, identifier);
  return { params, first, response: responseOf(landing, variant, params.redirect_uri ?? '') };
};

const errorCharacters = /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/;
/** RFC 6749 §4.1.2.1, §8.2: an error has these parameters, and no others. */
export const expectError = ({ params, response }: { params: Texts; response: Texts }, ...errors: string[]): void => {
  expect(errors).toContain(response.error);
  const state = params.state === undefined ? {} : { state: params.state };
  const described = { error_description: expect.stringMatching(errorCharacters) };
  // OpenID Connect Session Management 1.0 §2: an authentication error response has one too.
  const told = { ...described, ...state, session_state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/) };
  expect(response).toEqual({ error: response.error, ...told, iss: issuer });
};

const keys = createLocalJWKSet((await (await fetch(the('jwks_uri', advertised))).json()) as JSONWebKeySet);
const halfHash = (text: string): string =>
  createHash('sha256').update(text).digest().subarray(0, 16).toString('base64url');

const ofIdToken = 'iss sub aud exp iat auth_time nonce acr amr azp at_hash c_hash nbf jti sid s_hash'.split(' ');

/** OpenID Connect Core 1.0 §3.1.3.7, and that an ID Token says no more than was asked for. */
export const checkedIdToken = async (token: string, params: Texts, told: readonly string[] = []) => {
  const { payload, protectedHeader } = await jwtVerify(token, keys, {
    issuer,
    audience: the('client_id', params),
    algorithms: ['RS256'],
    requiredClaims: ['sub', 'iat', 'exp', 'auth_time'],
  });
  expect(protectedHeader.kid).toEqual(expect.any(String));
  expect(payload.sub).toMatch(/^[\x20-\x7e]{1,255}$/);
  expect([payload.nonce, payload.azp]).toEqual([params.nonce, params.client_id]);
  expect([payload.iat, payload.exp, payload.auth_time].every(Number.isInteger)).toBe(true);
  expect(Object.keys(payload).filter((name) => ![...ofIdToken, ...told].includes(name))).toEqual([]);
  return payload;
};

/** OpenID Connect Core 1.0 §3.1.3.3, RFC 6749 §5.1. */
export const tokensOf = async (response: Response): Promise<Texts> => {
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toMatch(/^application\/json\b/);
  expect([response.headers.get('cache-control'), response.headers.get('pragma')]).toEqual(['no-store', 'no-cache']);
  const tokens = (await response.json()) as Texts & { expires_in: number };
  expect(tokens).toMatchObject({ access_token: expect.any(String), token_type: 'Bearer' });
  expect(tokens.expires_in).toBeGreaterThan(0);
  return tokens;
};

/** The form and headers by which a client of these tests redeems a code. */
export const exchangeOf = (code: string, params: Texts, more: Texts = {}) => {
  const { client_id: id = '', redirect_uri: redirectUri = '' } = params;
  const form = { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more };
  const credentials = Buffer.from(`${id}:${secret}`).toString('base64');
  return [form, { authorization: `Basic ${credentials}` }] as const;
};
export const redeem = (form: Texts, headers: Texts = {}): Promise<Response> =>
  fetch(the('token_endpoint', advertised), {
    method: 'POST',
    headers,
    body: new URLSearchParams(form),
    signal: AbortSignal.timeout(15_000),
  });

export const userinfo = (token: string): Promise<Response> =>
  fetch(the('userinfo_endpoint', advertised), {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(15_000),
  });

/** All that one run of a flow gave. */
interface Flow {
  readonly params: Texts;
  readonly first: Landing;
  readonly response: Texts;
  readonly tokens: Texts;
  readonly idToken: JWTPayload;
  /** The text of the ID Token. */
  readonly idTokenText: string;
  /** What is told of the person: at user info, or in the ID Token where nothing leads there. */
  readonly claims: JWTPayload;
}
type Ran = Pick<Flow, 'params' | 'first' | 'response' | 'tokens'>;

const expectedNames = (variant: Variant): string[] => {
  const token = ['access_token', 'token_type', 'expires_in', 'scope'];
  const words = variant.responseType.split(' ').flatMap((word) => (word === 'token' ? token : [word]));
  return [...words, 'session_state', 'state', 'iss'].sort();
};

/** A whole flow, with everything checked that the plans check of each. */
export const flow = async (
  variant: Variant,
  more: Asked = {},
  options: { browser?: Browser; verifier?: string } = {},
): Promise<Flow> => {
  const { params, first, response } = await answered(variant, more, options.browser);
  const names = Object.keys(response).filter((name) => !/^dummy[12]$/.test(name));
  expect(names.sort()).toEqual(expectedNames(variant));
  expect(response).toMatchObject({ state: params.state, iss: issuer });
  const verifier = options.verifier === undefined ? {} : { code_verifier: options.verifier };
  const exchange = () => redeem(...exchangeOf(the('code', response), params, verifier));
  const tokens = has(variant, 'code') ? await tokensOf(await exchange()) : {};
  const ran = { params, first, response, tokens };
  const idToken = await idTokenOf(ran, variant);
  const claims = (await toldAtUserinfo(ran, idToken)) ?? idToken;
  return { ...ran, idToken, idTokenText: tokens.id_token ?? the('id_token', response), claims };
};

/** OpenID Connect Core 1.0 §3.2.2.10, §3.3.2.11, §3.3.3.6: both ID Tokens where there are two. */
const idTokenOf = async ({ params, response, tokens }: Ran, variant: Variant): Promise<JWTPayload> => {
  const back = has(variant, 'code') ? await checkedIdToken(the('id_token', tokens), params) : undefined;
  if (back) expect([undefined, halfHash(the('access_token', tokens))]).toContain(back.at_hash);
  if (back && !has(variant, 'id_token')) return back;
  const told = variant.responseType === 'id_token' ? claimNames(params) : [];
  const front = await checkedIdToken(the('id_token', response), params, told);
  const bound = { at_hash: 'access_token', c_hash: 'code' };
  for (const [claim, name] of Object.entries(bound))
    if (name in response) expect(front[claim]).toBe(halfHash(the(name, response)));
  if (back) expect([back.iss, back.sub]).toEqual([front.iss, front.sub]);
  return back ?? front;
};

/** OpenID Connect Core 1.0 §5.3.2: by every access token there is. */
const toldAtUserinfo = async ({ response, tokens }: Ran, { sub }: JWTPayload): Promise<JWTPayload | undefined> => {
  const told: JWTPayload[] = [];
  for (const text of [response.access_token, tokens.access_token].filter((one) => one !== undefined)) {
    const answer = await userinfo(text);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
    told.push((await answer.json()) as JWTPayload);
  }
  expect(told.filter((claims) => claims.sub !== sub)).toEqual([]);
  return told.at(-1);
};

/** OpenID Connect Core 1.0 §5.4. */
export const claimsOfScope: Readonly<Record<string, readonly string[]>> = {
  profile:
    'name given_name family_name middle_name nickname profile picture website gender birthdate zoneinfo locale updated_at preferred_username'.split(
      ' ',
    ),
  email: ['email', 'email_verified'],
  address: ['address'],
  phone: ['phone_number', 'phone_number_verified'],
};
const claimNames = ({ scope = '', claims }: Texts): readonly string[] => [
  ...scope.split(' ').flatMap((name) => claimsOfScope[name] ?? []),
  ...(claims === undefined ? [] : ['name']),
];
