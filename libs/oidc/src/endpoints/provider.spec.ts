import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import {
  basic,
  bodyOf,
  get,
  issuer,
  paramsOf,
  post,
  ruleBrowser,
  rules,
  secret,
  signedIn,
  type GivenParams,
  type Rules,
} from '@portico/testing';
import { decodeJwt, decodeProtectedHeader } from 'jose';

let all: Rules;
beforeEach(async () => void (all = await rules()));

const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid profile',
};

describe('OpenID Connect Core 1.0 §15.1: what every provider has', () => {
  it('ID Tokens signed RS256, where the client asks for nothing else', async () => {
    expect(decodeProtectedHeader((await signedIn(all, 'web')).id_token).alg).toBe('RS256');
  });

  it.each([
    ['display', 'touch'],
    ['ui_locales', 'xx-unknown zh-CN'],
    ['claims_locales', 'fr-CA fr'],
    ['acr_values', 'urn:unknown'],
    ['login_hint', 'alice'],
    ['max_age', '3600'],
  ])('%s is no error', async (name, value) => {
    const browser = ruleBrowser(all);
    expect(paramsOf(await browser.answer(await browser.get('authorize', { ...web, [name]: value })))).toHaveProperty(
      'code',
    );
  });

  it('prompt=none asks nobody, and prompt=login somebody who is signed in', async () => {
    expect(paramsOf(await ruleBrowser(all).get('authorize', { ...web, prompt: 'none' }))).toMatchObject({
      error: 'login_required',
    });
    const { browser } = await signedIn(all, 'web');
    expect(paramsOf(await browser.get('authorize', { ...web, prompt: 'none' }))).toHaveProperty('code');
    expect(await browser.get('authorize', { ...web, prompt: 'login' })).toMatchObject({ page: { name: 'sign-in' } });
  });

  it('auth_time, and the largest age of it', async () => {
    const { browser, id_token } = await signedIn(all, 'web', { max_age: '100' });
    expect(decodeJwt(id_token).auth_time).toBe(all.clock());
    all.clock.pass(101);
    expect(await browser.get('authorize', { ...web, max_age: '100' })).toMatchObject({ page: { name: 'sign-in' } });
  });
});

it.each([true, false, undefined])(
  'OpenID Connect Dynamic Client Registration 1.0 §2, OpenID Connect Core 1.0 §2, §12.2: with require_auth_time %s every ID Token has auth_time',
  async (require_auth_time) => {
    const response_types = ['code id_token'];
    const grant_types = ['authorization_code', 'implicit', 'refresh_token'];
    all = await rules({ web: { require_auth_time, response_types, grant_types, consent: 'skip' } });
    const browser = ruleBrowser(all);
    const asked = { ...web, scope: 'openid offline_access', response_type: 'code id_token', nonce: 'n' };
    const { code = '', id_token: first = '' } = paramsOf(await browser.answer(await browser.get('authorize', asked)));
    const at = all.clock();
    all.clock.pass(100);
    const headers = basic('web', secret);
    const redeem = async (form: GivenParams) => bodyOf(await all.endpoints.token(post(form, { headers })));
    const exchanged = await redeem({ grant_type: 'authorization_code', code, redirect_uri: web.redirect_uri });
    const renewed = await redeem({ grant_type: 'refresh_token', refresh_token: String(exchanged.refresh_token) });
    for (const token of [first, exchanged.id_token, renewed.id_token])
      expect(decodeJwt(String(token)).auth_time).toBe(at);
  },
);

describe('OpenID Connect Core 1.0 §16.15, Discovery 1.0 §4.3: one issuer', () => {
  it('in the metadata, in both tokens, in the response, and as the prefix of where the metadata is', async () => {
    const { id_token, access_token, browser } = await signedIn(all, 'web');
    const { iss } = paramsOf(await browser.get('authorize', { ...web, prompt: 'none' }));
    const told = bodyOf(await all.endpoints.discovery(get())).issuer;
    expect([told, decodeJwt(id_token).iss, decodeJwt(access_token).iss, iss]).toEqual([issuer, issuer, issuer, issuer]);
  });
});

describe('Discovery 1.0 §4.2, RFC 8414 §3.2: the metadata', () => {
  it.each(['discovery', 'oauthDiscovery'] as const)(
    '%s: JSON, lists with something in them, and nothing empty',
    async (name) => {
      const reply = await all.endpoints[name](get());
      expect(reply).toMatchObject({ kind: 'json', status: 200 });
      for (const [member, value] of Object.entries(bodyOf(reply))) {
        expect([member, value]).not.toEqual([member, '']);
        if (member.endsWith('_supported') && Array.isArray(value))
          expect([member, value.length > 0]).toEqual([member, true]);
        if (/_(endpoint|uri)$/.test(member)) expect(String(value)).toMatch(/^https:\/\/id\.example\.test\//);
      }
    },
  );
});

describe('RP-Initiated Logout 1.0', () => {
  const bye = 'https://web.example.test/bye';
  const isPage = (reply: EndpointReply) => reply.kind === 'page';

  it('§2.1: end_session_endpoint is told, on https', async () => {
    const { end_session_endpoint: told } = bodyOf(await all.endpoints.discovery(get()));
    expect(told).toBe(`${issuer}/session/end`);
  });

  it.each<[string, (idToken: string) => Record<string, string>]>([
    ['a hint that is no ID Token', () => ({ id_token_hint: 'rubbish', post_logout_redirect_uri: bye })],
    [
      'a hint with another signature',
      (idToken) => ({ id_token_hint: `${idToken.slice(0, -8)}AAAAAAAA`, post_logout_redirect_uri: bye }),
    ],
    [
      'a URI that is not registered',
      (idToken) => ({ id_token_hint: idToken, post_logout_redirect_uri: 'https://evil.example.test/' }),
    ],
    ['one that differs by a slash', (idToken) => ({ id_token_hint: idToken, post_logout_redirect_uri: `${bye}/` })],
    [
      'another client than the hint',
      (idToken) => ({ id_token_hint: idToken, client_id: 'nobody', post_logout_redirect_uri: bye }),
    ],
    ['no client at all', () => ({ post_logout_redirect_uri: bye })],
  ])('§4: %s: nobody is redirected', async (_, params) => {
    const { browser, id_token } = await signedIn(all, 'web');
    expect(isPage(await browser.get('endSession', params(id_token)))).toBe(true);
  });
});
