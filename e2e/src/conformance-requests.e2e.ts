import { describe, expect, it } from '@jest/globals';
import { UnsecuredJWT } from 'jose';
import {
  advertised,
  answered,
  browserOf,
  callbackOf,
  checkedIdToken,
  exchangeOf,
  expectError,
  flow,
  has,
  identifier,
  random,
  redeem,
  requestOf,
  responseOf,
  tokensOf,
  urlOf,
  userinfo,
  variants,
  type Texts,
  type Variant,
} from './conformance.js';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { secret } from './setup/declaration.js';

const withCode = variants.filter((variant) => has(variant, 'code'));
const [codeFlow] = variants as [Variant];
const title = 'response_type=$responseType, response_mode=$mode';
const core = 'OpenID Connect Core 1.0';

const refused = async (response: Response): Promise<void> => {
  expect([response.status, response.headers.get('content-type')]).toEqual([400, 'application/json; charset=utf-8']);
  expect(response.headers.get('cache-control')).toBe('no-store');
  expect(await response.json()).toMatchObject({ error: 'invalid_grant', error_description: expect.any(String) });
};

// Used once now, and again at the end of this file: half a minute is a long time to wait.
const usedCodes = await Promise.all(
  withCode.map(async (variant) => {
    const ran = await flow(variant, {}, { browser: httpBrowser() });
    return { ...variant, ran, at: Date.now() };
  }),
);

describe.each(withCode)(title, (variant) => {
  it(`oidcc-codereuse: RFC 6749 §4.1.2, §5.2`, async () => {
    const { params, response } = await flow(variant);
    await refused(await redeem(...exchangeOf(response.code!, params)));
  });

  it(`oidcc-server-client-secret-post: ${core} §9`, async () => {
    const { params, response } = await answered(variant, { client_id: 'suite-post' });
    const [form] = exchangeOf(response.code!, params);
    const { id_token: token = '' } = await tokensOf(
      await redeem({ ...form, client_id: 'suite-post', client_secret: secret }),
    );
    await checkedIdToken(token, params);
  });

  it(`oidcc-refresh-token: ${core} §11, §12.2; RFC 6749 §6`, async () => {
    const { params, tokens, idToken } = await flow(variant, { scope: 'openid offline_access', prompt: 'consent' });
    expect(tokens.refresh_token).toMatch(/^[\x20-\x7e]{22,}$/);
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token! };
    const [, headers] = exchangeOf('', params);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const fresh = await tokensOf(await redeem({ ...form, scope: 'openid offline_access' }, headers));
    const again = await checkedIdToken(fresh.id_token!, { client_id: 'suite' });
    for (const claim of ['iss', 'sub', 'aud', 'azp', 'auth_time']) expect(again[claim]).toEqual(idToken[claim]);
    expect(again.iat).toBeGreaterThan(idToken.iat!);
    expect((await userinfo(fresh.access_token!)).status).toBe(200);
    const another = { client_id: 'suite-post', client_secret: secret };
    await refused(await redeem({ ...form, refresh_token: fresh.refresh_token!, ...another }));
    await tokensOf(await redeem({ ...form, refresh_token: fresh.refresh_token! }, headers));
  });
});

describe.each(variants)(`request objects: ${title}`, (variant) => {
  const object = (more: Texts = {}) => {
    const all = requestOf(variant, more);
    const { response_type = '', client_id = '', scope = '', redirect_uri = '' } = all;
    const outside = { response_type, client_id, scope, redirect_uri };
    return { all, outside, request: new UnsecuredJWT(all).encode() };
  };
  const landingOf = async (params: Texts) => {
    const browser = browserOf(variant);
    return browser.through(await browser.open(urlOf(params)), identifier);
  };

  it(`oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported: ${core} §6.1`, async () => {
    const { all, outside, request } = object();
    const response = responseOf(await landingOf({ ...outside, request }), variant, all.redirect_uri!);
    expect(response).toMatchObject({ state: all.state, iss: issuer });
    const tokens = has(variant, 'code') ? await tokensOf(await redeem(...exchangeOf(response.code!, all))) : response;
    await checkedIdToken(tokens.id_token!, all);
  });

  it(`oidcc-ensure-request-object-with-redirect-uri: ${core} §6.1`, async () => {
    const { all, outside, request } = object();
    const wrong = { ...outside, redirect_uri: `${all.redirect_uri!}_invalid`, request };
    expect(responseOf(await landingOf(wrong), variant, all.redirect_uri!)).toMatchObject({ state: all.state });
  });

  it(`oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: ${core} §3.1.2.6`, async () => {
    const asked = { request_uri: 'https://suite.example.test/request.jwt' };
    expectError(await answered(variant, asked), 'request_uri_not_supported');
  });
});

describe.each(variants)(`redirect URIs with a query: ${title}`, (variant) => {
  const redirectUri = `${callbackOf('suite')}?dummy1=lorem&dummy2=ipsum`;
  const errorPage = { status: 400, page: 'error' };

  it('oidcc-redirect-uri-query-OK: RFC 6749 §3.1.2', async () => {
    const { response } = await flow(variant, { redirect_uri: redirectUri });
    expect(response.error).toBeUndefined();
  });

  it.each([
    ['oidcc-redirect-uri-query-mismatch', `${callbackOf('suite')}?dummy1=lorem&dummy2=dolor`],
    ['oidcc-redirect-uri-query-added', `${callbackOf('suite')}?dummy3=dolor`],
    ['oidcc-ensure-redirect-uri-in-authorization-request', ''],
  ])(`%s: ${core} §3.1.2.1`, async (_, redirect_uri) => {
    expect(await browserOf(variant).open(urlOf(requestOf(variant, { redirect_uri })))).toMatchObject(errorPage);
  });
});

describe('OAuth 2.0 Form Post Response Mode §2', () => {
  const formPost = variants.filter(({ mode }) => mode === 'form_post');
  const markup = `"><script>alert('1')</script>&amp;<b`;

  it.each(formPost)(
    'response_type=$responseType: nothing is markup, nothing is stored, a button posts too',
    async (variant) => {
      await flow(variant);
      const params = requestOf(variant, { state: markup });
      const browser = browserOf(variant);
      const answer = await fetch(urlOf(params), {
        headers: { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
      });
      const html = await answer.text();
      const { headers, status, url } = answer;
      expect(responseOf({ html, status, url, page: 'form-post' }, variant, params.redirect_uri!).state).toBe(markup);
      expect(html).not.toContain('<script>alert');
      expect(html).toMatch(/<form method="post"[^>]*>[\s\S]*<button[\s\S]*<\/form>/);
      expect(headers.get('cache-control')).toBe('no-store');
      expect(headers.get('content-security-policy')).toMatch(/script-src 'sha256-/);
    },
  );
});

it(`the authorization request by POST comes from another site: ${core} §3.1.2.1`, async () => {
  const answer = await fetch(advertised.authorization_endpoint!, {
    method: 'POST',
    redirect: 'manual',
    headers: { origin: 'https://suite.example.test', 'sec-fetch-site': 'cross-site' },
    body: new URLSearchParams(requestOf(codeFlow)),
  });
  expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('interaction=')]);
});

it(`oidcc-prompt-none-not-logged-in: ${core} §3.1.2.6: a state that has everything comes back as it was`, async () => {
  for (const variant of variants) {
    const state = `~!@#$%^&*()_+ é 漢字 "'<>\\ %20 a=b&c ${random(128)}`;
    expectError(await answered(variant, { prompt: 'none', state }, httpBrowser()), 'login_required');
  }
});

describe('oidcc-discovery-endpoint-verification: OpenID Connect Discovery 1.0 §3, §4.3', () => {
  const { origin } = new URL(issuer);
  const listed = (name: string) => advertised[name] as unknown as readonly string[];

  it('the issuer is that of the address and of the ID Tokens; every endpoint is here', async () => {
    expect(advertised.issuer).toBe(issuer);
    expect(issuer).not.toMatch(/[?#]|\/$/);
    const urls = Object.entries(advertised).filter(([name]) => /_endpoint$|_uri$/.test(name));
    expect(urls.length).toBeGreaterThanOrEqual(8);
    for (const [name, url] of urls) expect([name, new URL(url).origin]).toEqual([name, origin]);
    const answer = await fetch(`${issuer}/.well-known/openid-configuration`);
    expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8']);
  });

  it.each([
    [
      'response_types_supported',
      ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
    ],
    ['response_modes_supported', ['query', 'fragment', 'form_post']],
    ['scopes_supported', ['openid', 'profile', 'email', 'address', 'phone', 'offline_access']],
    ['subject_types_supported', ['public']],
    ['id_token_signing_alg_values_supported', ['RS256']],
    ['grant_types_supported', ['authorization_code', 'implicit', 'refresh_token']],
    ['token_endpoint_auth_methods_supported', ['client_secret_basic', 'client_secret_post']],
    ['claims_supported', ['sub', 'name', 'email', 'address', 'phone_number', 'updated_at']],
    ['request_object_signing_alg_values_supported', ['none', 'RS256']],
    ['code_challenge_methods_supported', ['S256']],
  ])('%s has %j', (name, wanted) => expect(listed(name)).toEqual(expect.arrayContaining(wanted)));

  it('oidcc-idtoken-unsigned: §3: none is not offered for ID Tokens', () => {
    expect(listed('id_token_signing_alg_values_supported')).not.toContain('none');
  });

  it('jwks_uri: RFC 7517 §4.5, §9.2: public keys alone, each with a kid of its own and for signatures', async () => {
    const { keys } = (await (await fetch(advertised.jwks_uri!)).json()) as { keys: Texts[] };
    expect(new Set(keys.map(({ kid }) => kid)).size).toBe(keys.length);
    expect(keys.filter(({ kty }) => kty === 'RSA').length).toBeGreaterThanOrEqual(1);
    for (const key of keys) {
      expect(key).toMatchObject({ kid: expect.any(String), use: 'sig', alg: expect.any(String) });
      for (const secretMember of ['d', 'p', 'q', 'k', 'oth']) expect(key).not.toHaveProperty(secretMember);
    }
  });
});

describe.each(usedCodes)(`oidcc-codereuse-30seconds: RFC 6749 §4.1.2: ${title}`, ({ ran, at }) => {
  it('the code is refused, and what came of it no longer works', async () => {
    const { params, response, tokens } = ran;
    await new Promise((resolve) => setTimeout(resolve, Math.max(0, at + 30_000 - Date.now())));
    await refused(await redeem(...exchangeOf(response.code!, params)));
    for (const token of [tokens.access_token, response.access_token].filter((one) => one !== undefined)) {
      const answer = await userinfo(token);
      expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([
        401,
        expect.stringMatching(/invalid_token/),
      ]);
    }
  }, 60_000);
});
