import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { decodeJwt, importJWK, UnsecuredJWT, type CryptoKey } from 'jose';
import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { configuration, signIn, toCallback } from './relying-party.js';
import { password } from './setup/declaration.js';
import { privateJwk } from './setup/signing-key.js';

const claimsOf = (claims: object) => ({ scope: 'openid', claims: JSON.stringify(claims) });

describe('OpenID Connect Core 1.0 §5.5: openid-client asks for claims one by one', () => {
  it('for user info and for the id_token, each where it was asked for', async () => {
    const asked = claimsOf({
      userinfo: { email: { essential: true }, birthdate: { essential: true } },
      id_token: { name: null, auth_time: { essential: true }, acr: null },
    });
    const { config, tokens } = await signIn('basic', asked);
    const claims = tokens.claims()!;
    expect(claims).toMatchObject({
      name: 'Anna Example',
      auth_time: expect.any(Number),
      acr: expect.stringContaining('PasswordProtectedTransport'),
    });
    expect(claims).not.toHaveProperty('email');
    const userinfo = await client.fetchUserInfo(config, tokens.access_token, claims.sub);
    expect(userinfo).toEqual({ sub: claims.sub, email: 'anna@example.test' });
  });

  it('§3.1.2.4: the person is told of them, and their approval is remembered', async () => {
    const config = await configuration('second');
    const redirect_uri = 'https://second.example.test/cb';
    const asked = { redirect_uri, ...claimsOf({ userinfo: { phone_number: null } }) };
    const browser = httpBrowser();
    let landing = await browser.open(client.buildAuthorizationUrl(config, { ...asked, prompt: 'login consent' }).href);
    landing = await browser.submit(landing, { identifier: 'anna', password: 'Tr0ub4dor & the people of the tests' });
    expect(landing.page).toBe('consent');
    expect(landing.html).toContain('See your phone number');
    await browser.submit(landing, { answer: 'allow' });
    const silent = await browser.open(client.buildAuthorizationUrl(config, { ...asked, prompt: 'none' }).href);
    expect(new URL(silent.url).searchParams.get('error')).toBeNull();
  });

  it('§3.1.2.2: the value of sub means a person; nobody else is answered for', async () => {
    const { tokens, browser } = await signIn('basic', { scope: 'openid' });
    const outcome = async (value: string) => {
      const silent = { ...claimsOf({ id_token: { sub: { value } } }), prompt: 'none' };
      return (await toCallback('basic', silent, browser)).callback.searchParams.get('error');
    };
    expect(await outcome(tokens.claims()!.sub)).toBeNull();
    expect(await outcome('somebody-else')).toBe('login_required');
  });

  it('§5.5.1.1: an essential acr that no sign-in reaches is a failed authentication', async () => {
    const asked = claimsOf({ id_token: { acr: { essential: true, values: ['urn:example:hardware'] } } });
    const { callback } = await toCallback('basic', asked);
    expect(callback.searchParams.get('error')).toBe('unmet_authentication_requirements');
  });

  it('Discovery 1.0 §3: every advertised acr value is told when it is asked for, every display is shown', async () => {
    const metadata = (await configuration('basic')).serverMetadata();
    const acr_values = metadata.acr_values_supported!.join(' ');
    for (const display of metadata.display_values_supported!) {
      const { tokens } = await signIn('basic', { acr_values, display, claims_locales: 'zh-CN en', ui_locales: 'fr' });
      expect(acr_values.split(' ')).toContain(tokens.claims()!.acr);
    }
  });

  it.each([...['page', 'popup', 'touch', 'wap'].map((one) => [one, one]), ['hologram', 'page']])(
    '§3.1.2.1: at display=%s each page is shown as %s, under a policy for it',
    async (display, expected) => {
      const config = await configuration('basic');
      const asked = { redirect_uri: 'https://basic.example.test/cb', scope: 'openid', prompt: 'consent', display };
      const shown = `data-display="${expected}"`;
      const browser = httpBrowser();
      const signInPage = await browser.open(client.buildAuthorizationUrl(config, asked).href);
      const consent = await browser.submit(signInPage, { identifier: 'anna', password });
      const evil = { ...asked, redirect_uri: 'https://evil.example.test/' };
      const error = await browser.open(client.buildAuthorizationUrl(config, evil).href);
      expect([signInPage.page, consent.page, error.page]).toEqual(['sign-in', 'consent', 'error']);
      for (const { html } of [signInPage, consent, error]) expect(html).toContain(shown);
      const { searchParams } = new URL((await browser.submit(consent, { answer: 'allow' })).url);
      expect(searchParams.get('code')).toEqual(expect.any(String));
      const response = await fetch(error.url, { signal: AbortSignal.timeout(15_000) });
      const [, style = ''] = /<style>(.*?)<\/style>/s.exec(await response.text()) ?? [];
      const hash = createHash('sha256').update(style).digest('base64');
      expect(response.headers.get('content-security-policy')).toContain(`style-src 'sha256-${hash}'`);
    },
  );
});

describe('RFC 9101: openid-client signs its requests', () => {
  const params = { redirect_uri: 'https://signing.example.test/cb', scope: 'openid email', prompt: 'consent' };
  const signed = async (more: Record<string, string> = {}) => {
    const config = await configuration('signing');
    const key = (await importJWK(privateJwk, 'ES256')) as CryptoKey;
    const kid = privateJwk.kid;
    const state = client.randomState();
    const url = await client.buildAuthorizationUrlWithJAR(config, { ...params, state, ...more }, { key, kid });
    return { config, url, state };
  };

  it('§5: and gets tokens for them', async () => {
    const { config, url, state } = await signed();
    expect([...url.searchParams.keys()].sort()).toEqual(['client_id', 'request']);
    const browser = httpBrowser();
    const landing = await browser.through(await browser.open(url.href));
    const tokens = await client.authorizationCodeGrant(config, new URL(landing.url), { expectedState: state });
    expect(tokens.claims()).toMatchObject({ iss: issuer, aud: 'signing' });
  });

  it('§6.3: what somebody adds outside does not count', async () => {
    const { url, state } = await signed({ prompt: 'none' });
    url.searchParams.set('state', 'added');
    url.searchParams.set('prompt', 'login');
    const { searchParams } = new URL((await httpBrowser().open(url.href)).url);
    expect([searchParams.get('error'), searchParams.get('state')]).toEqual(['login_required', state]);
  });

  it.each([
    ['a changed one', (request: string) => request.replace(/\.[^.]{8}/, '.eyJhIjox'), 'invalid_request_object'],
    ['an unsigned one', (request: string) => new UnsecuredJWT(decodeJwt(request)).encode(), 'invalid_request_object'],
  ])(
    'OpenID Connect Core 1.0 §6.3: %s is refused, at the redirect URI outside where one is',
    async (_, change, error) => {
      const { url } = await signed();
      url.searchParams.set('request', change(url.searchParams.get('request')!));
      expect((await httpBrowser().open(url.href)).page).toBe('error');
      url.searchParams.set('redirect_uri', params.redirect_uri);
      const refused = new URL((await httpBrowser().open(url.href)).url);
      expect([refused.origin, refused.searchParams.get('error')]).toEqual(['https://signing.example.test', error]);
    },
  );

  it('OpenID Connect Core 1.0 §6.1: with unsigned ones, the redirect URI inside supersedes the one outside', async () => {
    const config = await configuration('unsigned');
    const redirect_uri = 'https://unsigned.example.test/cb';
    const request = new UnsecuredJWT({
      ...params,
      redirect_uri,
      response_type: 'code',
      client_id: 'unsigned',
    }).encode();
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: 'https://evil.example.test/',
      scope: 'openid',
      request,
    });
    const browser = httpBrowser();
    const landing = await browser.through(await browser.open(url.href));
    expect(landing.url.startsWith(`${redirect_uri}?code=`)).toBe(true);
  });

  it('OpenID Connect Core 1.0 §3.1.2.6: a client without keys, request_uri and registration have their own errors', async () => {
    const errorOf = async (more: Record<string, string>) =>
      (await toCallback('basic', more)).callback.searchParams.get('error');
    expect(await errorOf({ request: 'a.b.c' })).toBe('request_not_supported');
    expect(await errorOf({ request_uri: 'https://basic.example.test/r' })).toBe('request_uri_not_supported');
    expect(await errorOf({ registration: '{}' })).toBe('registration_not_supported');
  });
});

describe('OpenID Connect Core 1.0 §8: pairwise subjects', () => {
  it('two applications in different sectors see different people; user info, introspection and logout agree', async () => {
    const browser = httpBrowser();
    const subs: string[] = [];
    for (const id of ['pair-one', 'pair-two']) {
      const { config, tokens } = await signIn(id, {}, browser);
      const { sub } = tokens.claims()!;
      subs.push(sub);
      expect(await client.fetchUserInfo(config, tokens.access_token, sub)).toMatchObject({
        email: 'anna@example.test',
      });
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({ active: true, sub });
      const refreshed = await client.refreshTokenGrant(config, tokens.refresh_token!);
      expect(refreshed.claims()!.sub).toBe(sub);
      const silent = { prompt: 'none', scope: 'openid', id_token_hint: tokens.id_token! };
      expect((await toCallback(id, silent, browser)).callback.searchParams.get('error')).toBeNull();
    }
    expect(new Set(subs).size).toBe(2);
    const again = await signIn('pair-one');
    expect(again.tokens.claims()!.sub).toBe(subs[0]);
    const logout = client.buildEndSessionUrl(again.config, {
      id_token_hint: again.tokens.id_token!,
      post_logout_redirect_uri: 'https://pair-one.example.test/bye',
    });
    expect(await again.browser.open(logout.href)).toMatchObject({ url: 'https://pair-one.example.test/bye' });
  });
});
