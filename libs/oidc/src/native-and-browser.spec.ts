import { beforeEach, describe, expect, it } from '@jest/globals';
import { bodyOf, challenge, get, paramsOf, post, ruleBrowser, rules, verifier, type Rules } from '@portico/testing';
import { isRedirectUri } from './redirect-uri.js';

const isPublic = { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] };
let all: Rules;
beforeEach(async () => {
  all = await rules({
    app: {
      ...isPublic,
      application_type: 'native',
      redirect_uris: ['com.example.app:/cb', 'https://app.example.test/cb', 'http://127.0.0.1/cb', 'http://[::1]/cb'],
    },
    spa: isPublic,
  });
});
const request = { client_id: 'app', response_type: 'code', scope: 'openid', state: 's' };
const answerTo = async (redirectUri: string, more: object = challenge) => {
  const browser = ruleBrowser(all);
  return browser.answer(await browser.get('authorize', { ...request, redirect_uri: redirectUri, ...more }));
};
const exchange = (code: string, redirectUri: string, more: object = { code_verifier: verifier }) =>
  all.endpoints.token(
    post({ grant_type: 'authorization_code', client_id: 'app', code, redirect_uri: redirectUri, ...more }),
  );

describe('RFC 8252: native applications', () => {
  it.each([
    ['§7.1: a scheme of its own', 'com.example.app:/cb'],
    ['§7.2: a claimed https URI', 'https://app.example.test/cb'],
    ['§7.3: a loopback address, on the port that was free', 'http://127.0.0.1:51004/cb'],
    ['§7.3: the same in IPv6', 'http://[::1]:61023/cb'],
  ])('%s', async (_, uri) => {
    const reply = await answerTo(uri);
    expect(reply).toMatchObject({ kind: 'redirect', location: expect.stringContaining(`${uri}?`) });
    expect(bodyOf(await exchange(paramsOf(reply).code ?? '', uri))).toHaveProperty('access_token');
  });

  it('§7.3: the port of the request is that of the exchange', async () => {
    const { code = '' } = paramsOf(await answerTo('http://127.0.0.1:51004/cb'));
    expect(await exchange(code, 'http://127.0.0.1:51005/cb')).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it('§8.1: PKCE is asked of it, with S256', async () => {
    const uri = 'com.example.app:/cb';
    for (const more of [{}, { code_challenge: verifier, code_challenge_method: 'plain' }])
      expect(paramsOf(await answerTo(uri, more))).toMatchObject({ error: 'invalid_request' });
    const { code = '' } = paramsOf(await answerTo(uri));
    expect(await exchange(code, uri, {})).toMatchObject({ body: { error: 'invalid_grant' } });
  });

  it.each([
    'com.example.app:/other',
    'com.example.app:/cb?x=1',
    'com.example.app2:/cb',
    'https://app.example.test:8443/cb',
    'http://127.0.0.1:51004/other',
    'http://127.0.0.1:51004/cb?x=1',
    'http://127.0.0.2:51004/cb',
    'http://localhost:51004/cb',
    'http://127.0.0.1.evil.example.test/cb',
    'http://127.0.0.1:80@evil.example.test/cb',
  ])('§8.4: %s is not the whole of what is registered', async (uri) =>
    expect(await all.endpoints.authorize(get({ ...request, ...challenge, redirect_uri: uri }))).toMatchObject({
      kind: 'page',
      status: 400,
    }),
  );

  it('§7.1: a scheme of its own has no origin to which a message could go', async () => {
    const reply = await answerTo('com.example.app:/cb', { ...challenge, response_mode: 'web_message' });
    expect(reply).toMatchObject({ location: expect.stringContaining('com.example.app:/cb?error=invalid_request') });
    expect(paramsOf(reply)).toMatchObject({
      error_description: expect.stringContaining('response_mode=web_message needs an http or https redirect_uri'),
      state: 's',
    });
    const loopback = await answerTo('http://127.0.0.1:51004/cb', { ...challenge, response_mode: 'web_message' });
    expect(loopback).toMatchObject({ kind: 'web_message', targetOrigin: 'http://127.0.0.1:51004' });
  });

  it('§7.1: a scheme that a browser runs itself is no redirect URI', () => {
    for (const uri of ['javascript:alert(1)', 'data:text/html,x', 'file:///etc/passwd', 'blob:https://a/b'])
      expect(isRedirectUri(uri)).toBe(false);
    expect(isRedirectUri('com.example.app:/cb')).toBe(true);
  });
});

describe('Browser-Based Applications: a script in a browser', () => {
  const spa = { client_id: 'spa', redirect_uri: 'https://spa.example.test/cb' };

  it('§6.3.2.1: no code without a challenge, no token without the verifier', async () => {
    expect(paramsOf(await answerTo(spa.redirect_uri, spa))).toMatchObject({ error: 'invalid_request' });
    const { code } = paramsOf(await answerTo(spa.redirect_uri, { ...spa, ...challenge }));
    const form = { grant_type: 'authorization_code', code, ...spa };
    expect(await all.endpoints.token(post(form))).toMatchObject({ body: { error: 'invalid_grant' } });
    expect((await all.endpoints.token(post({ ...form, code_verifier: verifier }))).status).toBe(200);
  });

  it.each([
    'https://spa.example.test/cb/',
    'https://spa.example.test/CB',
    'https://SPA.example.test/cb',
    'https://spa.example.test:443/cb',
  ])('§6.3.3.2.1: %s is not exactly the registered one', async (uri) => {
    const params = { ...request, ...spa, ...challenge, redirect_uri: uri };
    expect(await all.endpoints.authorize(get(params))).toMatchObject({ kind: 'page', status: 400 });
  });

  it('§6.3.3.3: a message goes to the origin of the registered redirect URI, and to no other window', async () => {
    const reply = await answerTo(spa.redirect_uri, { ...spa, ...challenge, response_mode: 'web_message' });
    expect(reply).toMatchObject({ kind: 'web_message', targetOrigin: 'https://spa.example.test' });
    const elsewhere = { ...request, ...spa, ...challenge, redirect_uri: 'https://evil.example.test/cb' };
    expect(await all.endpoints.authorize(get({ ...elsewhere, response_mode: 'web_message' }))).toMatchObject({
      kind: 'page',
    });
  });
});
