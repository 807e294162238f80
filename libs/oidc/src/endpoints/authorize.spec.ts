import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, issuer, paramsOf, ruleBrowser, rules, type Rules } from '@portico/testing';

const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid profile',
};
const clients = {
  web: {},
  second: {},
  spa: { token_endpoint_auth_method: 'none', grant_types: ['authorization_code', 'refresh_token'] },
  strict: { require_pkce: true },
  lenient: { allow_plain_pkce: true },
  machine: {
    grant_types: ['client_credentials'],
    response_types: [],
    redirect_uris: ['https://machine.example.test/cb'],
  },
  native: { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb', 'app.example:/cb'] },
  'with-query': { redirect_uris: ['https://with-query.example.test/cb?tenant=1'] },
};
const of = (id: string, more: object = {}) => ({
  ...web,
  client_id: id,
  redirect_uri: `https://${id}.example.test/cb`,
  ...more,
});

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules(clients);
  browser = ruleBrowser(all);
});
const signedIn = async (params: object = web) => browser.answer(await browser.get('authorize', { ...params }));

describe('before the redirect URI is checked an error is a page', () => {
  it.each([
    ['RFC 6749 §4.1.2.1: no client_id', { ...web, client_id: undefined }, 'client_id is required'],
    ['an unknown client', { ...web, client_id: 'nobody' }, 'client_id is not registered here'],
    [
      'RFC 6749 §3.1: client_id twice',
      { ...web, client_id: ['web', 'second'] },
      'client_id must not be included more than once',
    ],
    [
      'OpenID Connect Core 1.0 §3.1.2.1: no redirect_uri',
      { ...web, redirect_uri: undefined },
      'redirect_uri is required',
    ],
    [
      'redirect_uri twice',
      { ...web, redirect_uri: [web.redirect_uri, web.redirect_uri] },
      'redirect_uri must not be included more than once',
    ],
    [
      "another client's redirect_uri",
      { ...web, redirect_uri: 'https://second.example.test/cb' },
      'not one of those registered',
    ],
    ['RFC 9700 §2.1: a longer path', { ...web, redirect_uri: `${web.redirect_uri}/x` }, 'not one of those registered'],
    ['a query behind it', { ...web, redirect_uri: `${web.redirect_uri}?x=1` }, 'not one of those registered'],
    ['another case', { ...web, redirect_uri: 'https://WEB.example.test/cb' }, 'not one of those registered'],
    [
      'user info that hides the host',
      { ...web, redirect_uri: 'https://web.example.test@evil.example.test/cb' },
      'not one of those registered',
    ],
    [
      'the literal that an unconfigured SDK sends',
      { ...web, redirect_uri: 'undefined' },
      'not one of those registered',
    ],
  ])('%s', async (_, params, description) => {
    const reply = await all.endpoints.authorize(get(params));
    expect(reply).toMatchObject({
      kind: 'page',
      status: 400,
      page: { name: 'error', description: expect.stringContaining(description) },
    });
  });
});

describe('from there on it is a redirect with error, state and iss', () => {
  it.each([
    ['RFC 6749 §3.1: a parameter twice', { ...web, nonce: ['a', 'b'] }, 'invalid_request'],
    ['§3.1.1: no response_type', { ...web, response_type: undefined }, 'invalid_request'],
    ['§3.1.1: an unknown response_type', { ...web, response_type: 'code magic' }, 'unsupported_response_type'],
    ['§4.1.2.1: a client without that response type', of('machine'), 'unauthorized_client'],
    ['an unknown response_mode', { ...web, response_mode: 'pigeon' }, 'invalid_request'],
    ['OpenID Connect Core 1.0 §3.1.2.1: an unknown prompt', { ...web, prompt: 'dance' }, 'invalid_request'],
    ['§3.1.2.1: prompt=none with another value', { ...web, prompt: 'none login' }, 'invalid_request'],
    ['§3.1.2.1: max_age is no number', { ...web, max_age: '-1' }, 'invalid_request'],
    ['§3.1.2.1: a hint that nobody signed', { ...web, id_token_hint: 'a.b.c' }, 'invalid_request'],
    ['§3.1.2.6: nobody is signed in at prompt=none', { ...web, prompt: 'none' }, 'login_required'],
    ['§6: a request object', { ...web, request: 'a.b.c' }, 'request_not_supported'],
    ['§6: a request_uri', { ...web, request_uri: 'https://web.example.test/r' }, 'request_uri_not_supported'],
    ['§7.2.1: registration', { ...web, registration: '{}' }, 'registration_not_supported'],
    ['RFC 9700 §2.1.1: a public client without PKCE', of('spa'), 'invalid_request'],
    ['a client that must use PKCE does not', of('strict'), 'invalid_request'],
    [
      'RFC 7636 §4.2: plain where it is not allowed',
      { ...web, code_challenge: challenge, code_challenge_method: 'plain' },
      'invalid_request',
    ],
    ['RFC 7636 §4.3: plain by leaving the method out', { ...web, code_challenge: challenge }, 'invalid_request'],
    [
      'RFC 7636 §4.4.1: an unknown method',
      { ...web, code_challenge: challenge, code_challenge_method: 'S512' },
      'invalid_request',
    ],
    [
      'a challenge that is too short',
      { ...web, code_challenge: 'short', code_challenge_method: 'S256' },
      'invalid_request',
    ],
    ['a method without a challenge', { ...web, code_challenge_method: 'S256' }, 'invalid_request'],
  ])('%s', async (_, params, error) => {
    const reply = await all.endpoints.authorize(get({ ...params, state: 'a b&c=%C3%A9é' }));
    expect(paramsOf(reply)).toMatchObject({ error, state: 'a b&c=%C3%A9é', iss: issuer });
    expect(paramsOf(reply).error_description).toMatch(/^[\x20-\x21\x23-\x5b\x5d-\x7e]+$/);
    expect(all.reported).toHaveLength(1);
  });

  it('a repeated state is not echoed at all', async () => {
    const reply = await all.endpoints.authorize(get({ ...web, state: ['a', 'b'] }));
    expect(paramsOf(reply)).toMatchObject({ error: 'invalid_request' });
    expect(paramsOf(reply)).not.toHaveProperty('state');
  });
});

describe('a person signs in', () => {
  it('OpenID Connect Core 1.0 §3.1.2: is asked who they are and whether they agree, and sent back with code, state and iss', async () => {
    const signIn = await browser.get('authorize', { ...web, state: 's.1', login_hint: 'alice', ui_locales: 'zh-CN' });
    expect(signIn).toMatchObject({
      kind: 'page',
      uiLocales: 'zh-CN',
      page: { name: 'sign-in', identifier: 'alice', client: { name: 'web' } },
    });
    const consent = await browser.submit(signIn, { identifier: 'alice', password: 'correct horse battery staple' });
    expect(consent).toMatchObject({
      kind: 'page',
      page: { name: 'consent', scopes: ['openid', 'profile'], account: { name: 'Alice Example' } },
    });
    const reply = await browser.submit(consent, { answer: 'allow' });
    expect(reply).toMatchObject({
      kind: 'redirect',
      location: expect.stringMatching(/^https:\/\/web\.example\.test\/cb\?/),
    });
    expect(paramsOf(reply)).toEqual({
      code: expect.stringMatching(/^[A-Za-z0-9_-]{43}[0-9a-f]{5}$/),
      session_state: expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/),
      state: 's.1',
      iss: issuer,
    });
  });

  it('§3.1.2.1: by POST as by GET', async () => {
    const reply = await browser.answer(await browser.post('authorize', web));
    expect(paramsOf(reply).code).toBeDefined();
  });

  it.each([
    ['query', 'https://web.example.test/cb?'],
    ['fragment', 'https://web.example.test/cb#'],
  ])('Multiple Response Type Encoding Practices §2.1: response_mode=%s', async (mode, start) => {
    const reply = await signedIn({ ...web, response_mode: mode });
    expect(reply).toMatchObject({ kind: 'redirect', location: expect.stringContaining(start) });
  });

  it('Form Post Response Mode §2: response_mode=form_post, for an error as well', async () => {
    const reply = await signedIn({ ...web, response_mode: 'form_post', state: 'x' });
    expect(reply).toMatchObject({ kind: 'form_post', action: web.redirect_uri, params: { state: 'x', iss: issuer } });
    const refused = await all.endpoints.authorize(get({ ...web, response_mode: 'form_post', prompt: 'none' }));
    expect(refused).toMatchObject({ kind: 'form_post', params: { error: 'login_required' } });
  });

  it('RFC 6749 §3.1.2: the query of a registered URI is kept', async () => {
    const reply = await signedIn(of('with-query', { redirect_uri: 'https://with-query.example.test/cb?tenant=1' }));
    expect(paramsOf(reply)).toMatchObject({ tenant: '1', code: expect.any(String) });
  });

  it('RFC 8252 §7.3: a native application comes back on any port of the loopback address, and nowhere else', async () => {
    const at = (redirect_uri: string) =>
      all.endpoints.authorize(get({ ...web, client_id: 'native', redirect_uri, prompt: 'none' }));
    expect((await at('http://127.0.0.1:51004/cb')).kind).toBe('redirect');
    expect((await at('app.example:/cb')).kind).toBe('redirect');
    for (const bad of [
      'http://127.0.0.1:51004/other',
      'http://localhost:51004/cb',
      'https://127.0.0.1:1/cb',
      'http://127.0.0.1:1@evil.example.test/cb',
    ]) {
      expect((await at(bad)).kind).toBe('page');
    }
  });

  it('RFC 6749 §4.1.2.1: access_denied when they do not go on, at sign-in or at consent, and only once', async () => {
    const signIn = await browser.get('authorize', { ...web, state: 'x' });
    expect(paramsOf(await browser.submit(signIn, { answer: 'cancel' }))).toMatchObject({
      error: 'access_denied',
      state: 'x',
    });
    expect(await browser.submit(signIn, { answer: 'cancel' })).toMatchObject({
      kind: 'page',
      page: { error: 'interaction_expired' },
    });
    const consent = await browser.submit(await browser.get('authorize', web), {
      identifier: 'alice',
      password: 'correct horse battery staple',
    });
    expect(paramsOf(await browser.submit(consent, { answer: 'deny' }))).toMatchObject({ error: 'access_denied' });
  });

  it('an interaction gives one code, however often its last step is repeated', async () => {
    const consent = await browser.submit(await browser.get('authorize', web), {
      identifier: 'alice',
      password: 'correct horse battery staple',
    });
    const replies = await Promise.all([1, 2, 3, 4].map(() => browser.submit(consent, { answer: 'allow' })));
    expect(replies.filter(({ kind }) => kind === 'redirect')).toHaveLength(1);
  });

  it.each(['page', 'popup', 'touch', 'wap'])(
    '§3.1.2.1: display=%s is how every page of the request is shown',
    async (display) => {
      const signIn = await browser.get('authorize', { ...web, display, prompt: 'login consent' });
      expect(signIn).toMatchObject({ kind: 'page', display, page: { name: 'sign-in' } });
      const wrong = await browser.submit(signIn, { identifier: 'alice', password: 'wrong' });
      expect(wrong).toMatchObject({ status: 422, display, page: { name: 'sign-in' } });
      const consent = await browser.submit(wrong, { identifier: 'alice', password: 'correct horse battery staple' });
      expect(consent).toMatchObject({ display, page: { name: 'consent' } });
      expect(paramsOf(await browser.submit(consent, { answer: 'allow' })).code).toBeDefined();
      const choice = await browser.get('authorize', { ...web, display, prompt: 'select_account' });
      expect(choice).toMatchObject({ display, page: { name: 'select-account' } });
    },
  );

  it.each(['wap', 'popup'])(
    '§3.1.2.1: display=%s and ui_locales hold for the page of an error too',
    async (display) => {
      const request = { ...web, redirect_uri: 'https://evil.example.test/', display, ui_locales: 'zh-CN' };
      expect(await browser.get('authorize', request)).toMatchObject({
        display,
        uiLocales: 'zh-CN',
        page: { name: 'error' },
      });
    },
  );

  it.each(['hologram', 'POPUP', 'page popup', '', ' ', 'constructor'])(
    '§3.1.2.1: display=%j is not understood, and ignored',
    async (display) => {
      const signIn = await browser.get('authorize', { ...web, display, claims_locales: 'xx zh-CN' });
      expect(signIn).not.toHaveProperty('display');
      expect(paramsOf(await browser.answer(signIn)).code).toBeDefined();
      const refused = await browser.get('authorize', { ...web, client_id: 'nobody', display });
      expect(refused).toMatchObject({ page: { name: 'error' } });
      expect(refused).not.toHaveProperty('display');
    },
  );

  it('RFC 6749 §3.1: display twice is an error, also where both are the same', async () => {
    const twice = get({ ...web, display: ['popup', 'popup'] });
    expect(paramsOf(await all.endpoints.authorize(twice))).toMatchObject({ error: 'invalid_request' });
  });

  it('unknown parameters and unknown scopes are ignored', async () => {
    const reply = await signedIn({ ...web, scope: 'openid magic', tenant_id: 'T', login_page_context: '{}' });
    expect(paramsOf(reply).code).toBeDefined();
  });
});
