import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, issuer, paramsOf, post, ruleBrowser, rules, secret, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { halfHash } from '../id-token.js';

const hybrid = ['code id_token', 'code token', 'code id_token token'];
const implicit = ['id_token', 'id_token token'];
const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid profile',
  nonce: 'n-1',
  state: 's-1',
};

// OpenID Connect Session Management 1.0 §2: a registered parameter of every response.
const session_state = expect.stringMatching(/^[\w-]{43}\.[\w-]{43}$/);

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: {
      grant_types: ['authorization_code', 'implicit', 'refresh_token'],
      response_types: ['code', ...implicit, ...hybrid, 'none'],
    },
    'code-only': {},
    unregistered: { redirect_uris: [] },
  });
  browser = ruleBrowser(all);
});
const answerTo = async (params: object = {}) => browser.answer(await browser.get('authorize', { ...web, ...params }));
const ask = (params: object) => all.endpoints.authorize(get({ ...web, ...params }));
const where = { location: expect.stringContaining('https://web.example.test/cb#') };

describe('OpenID Connect Core 1.0 §3.1.2.5: the successful response of the code flow', () => {
  it('adds code and state to the query of the redirect URI, and RFC 9700 §4.4.2: iss', async () => {
    const reply = await answerTo();
    expect(reply).toMatchObject({ kind: 'redirect', status: 303 });
    expect(reply).toMatchObject({ location: expect.stringContaining('https://web.example.test/cb?') });
    expect(paramsOf(reply)).toEqual({ code: expect.any(String), session_state, state: 's-1', iss: issuer });
  });

  it('has no state where none was sent', async () => {
    expect(paramsOf(await answerTo({ state: undefined }))).not.toHaveProperty('state');
  });
});

describe('OpenID Connect Core 1.0 §3.2.2.5: the successful response of the implicit flow', () => {
  it.each([
    ['id_token', ['id_token', 'iss', 'session_state', 'state']],
    [
      'id_token token',
      ['access_token', 'expires_in', 'id_token', 'iss', 'scope', 'session_state', 'state', 'token_type'],
    ],
  ])('%s: %j in the fragment, and no code', async (responseType, names) => {
    const reply = await answerTo({ response_type: responseType });
    expect(reply).toMatchObject(where);
    expect(Object.keys(paramsOf(reply)).sort()).toEqual(names);
    const { token_type: type = 'Bearer', state } = paramsOf(reply);
    expect([type, state]).toEqual(['Bearer', 's-1']);
  });
});

describe('OpenID Connect Core 1.0 §3.3.2.5, §3.3.2.11: the successful response of the hybrid flow', () => {
  it.each(hybrid)('%s: a code, and what else is asked for, in the fragment', async (responseType) => {
    const reply = await answerTo({ response_type: responseType });
    expect(reply).toMatchObject(where);
    const params = paramsOf(reply);
    const words = responseType.split(' ');
    expect(params).toMatchObject({ code: expect.any(String), state: 's-1' });
    expect(['id_token' in params, 'access_token' in params]).toEqual([
      words.includes('id_token'),
      words.includes('token'),
    ]);
    if (params.id_token !== undefined)
      expect(decodeJwt(params.id_token)).toMatchObject({ nonce: 'n-1', c_hash: halfHash(params.code ?? '', 'RS256') });
  });

  it.each([
    ['code id_token', 'invalid_request'],
    ['code id_token token', 'invalid_request'],
  ])('§3.3.2.1: %s needs a nonce', async (responseType, error) =>
    expect(paramsOf(await ask({ response_type: responseType, nonce: undefined }))).toMatchObject({ error }),
  );

  it('§3.3.3.6: iss and sub are the same in both ID Tokens', async () => {
    const { code, id_token: front = '' } = paramsOf(await answerTo({ response_type: 'code id_token' }));
    const form = { grant_type: 'authorization_code', code, redirect_uri: web.redirect_uri };
    const { id_token: back } = bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) })));
    const [one, other] = [front, String(back)].map((text) => decodeJwt(text));
    expect([one?.iss, one?.sub]).toEqual([issuer, 'sub-alice']);
    expect([other?.iss, other?.sub]).toEqual([one?.iss, one?.sub]);
  });
});

describe('errors go where the response would have gone', () => {
  it.each(implicit)(
    'OpenID Connect Core 1.0 §3.2.2.6, RFC 6749 §4.2.2.1: %s, in the fragment',
    async (responseType) => {
      const reply = await ask({ response_type: responseType, prompt: 'none' });
      expect(reply).toMatchObject(where);
      expect(paramsOf(reply)).toMatchObject({ error: 'login_required', state: 's-1', iss: issuer });
    },
  );

  it.each(hybrid)('OpenID Connect Core 1.0 §3.3.2.6: %s, in the fragment', async (responseType) => {
    const reply = await ask({ response_type: responseType, prompt: 'none' });
    expect(reply).toMatchObject(where);
    expect(paramsOf(reply)).toMatchObject({ error: 'login_required', state: 's-1', iss: issuer });
  });

  it('RFC 6749 §4.2.2.1: access_denied in the fragment when the person does not go on', async () => {
    const reply = await browser.get('authorize', { ...web, response_type: 'id_token token' });
    const denied = await browser.submit(reply, { answer: 'deny' });
    expect(denied).toMatchObject(where);
    expect(paramsOf(denied)).toMatchObject({ error: 'access_denied', state: 's-1' });
  });
});

describe('RFC 6749 §3.1.2.2, §3.1.2.4, RFC 9700 §4.11.2: nobody is redirected to where nothing is registered', () => {
  it.each<[string, object]>([
    ['another host', { redirect_uri: 'https://evil.example.test/cb' }],
    ['another path', { redirect_uri: 'https://web.example.test/cb/../evil' }],
    ['more in the query', { redirect_uri: 'https://web.example.test/cb?next=https://evil.example.test' }],
    ['a fragment', { redirect_uri: 'https://web.example.test/cb#x' }],
    ['user info before the host', { redirect_uri: 'https://web.example.test@evil.example.test/cb' }],
    ['none at all', { redirect_uri: undefined }],
    ['twice', { redirect_uri: [web.redirect_uri, 'https://evil.example.test/cb'] }],
    [
      'a client with none',
      { client_id: 'unregistered', scope: 'profile', redirect_uri: 'https://evil.example.test/cb' },
    ],
    ['a client with none, and none said', { client_id: 'unregistered', scope: 'profile', redirect_uri: undefined }],
    ['an unknown client', { client_id: 'nobody' }],
  ])('%s: a page, also for prompt=none and an unknown response type', async (_, params) => {
    for (const more of [{}, { prompt: 'none' }, { response_type: 'magic' }])
      expect(await ask({ ...params, ...more })).toMatchObject({ kind: 'page', status: 400 });
  });
});

describe('RFC 9700 §2.1.2: tokens from the authorization endpoint', () => {
  it.each([...implicit, ...hybrid])('%s only for a client that is registered for it', async (responseType) => {
    const params = { client_id: 'code-only', redirect_uri: 'https://code-only.example.test/cb' };
    const reply = await ask({ ...params, response_type: responseType });
    expect(paramsOf(reply)).toMatchObject({ error: 'unauthorized_client' });
  });
});

describe('RFC 6749 §3.3: a scope that comes to nothing', () => {
  it.each(['nothing', 'user', 'nothing at all'])(
    '%s: invalid_scope, for an answer could not tell of it',
    async (scope) => expect(paramsOf(await ask({ scope }))).toMatchObject({ error: 'invalid_scope', state: 's-1' }),
  );
});

describe('RFC 6749 §10.12: a request that somebody else has made up', () => {
  it('grants nothing without the person, who signs in and agrees', async () => {
    const asked = await browser.get('authorize', web);
    expect(asked).toMatchObject({ kind: 'page', page: { name: 'sign-in' } });
    const consent = await browser.submit(asked, { identifier: 'alice', password: secret });
    expect(consent).toMatchObject({ kind: 'page', page: { name: 'consent' } });
    expect(await browser.submit(consent, { answer: 'allow', csrf: 'forged' })).not.toMatchObject({ kind: 'redirect' });
    expect(paramsOf(await browser.get('authorize', { ...web, prompt: 'none' }))).toMatchObject({
      error: 'consent_required',
    });
  });
});

describe('RFC 6749 §10.14, OpenID Connect Core 1.0 §13.1: values of others stay values', () => {
  const hostile = 'a&code=stolen#x=1\r\nset-cookie: a=b"><script>\u2028ü 100%';

  it.each([
    ['code', 'query'],
    ['code', 'fragment'],
    ['code id_token', 'fragment'],
  ])('%s by %s: state comes back as it was, and adds nothing', async (responseType, mode) => {
    const reply = await answerTo({ response_type: responseType, response_mode: mode, state: hostile });
    const location = reply.kind === 'redirect' ? new URL(reply.location) : new URL('about:blank');
    const sent = [...new URLSearchParams(location.search), ...new URLSearchParams(location.hash.slice(1))];
    expect(sent.map(([name]) => name).sort()).toEqual(
      [...responseType.split(' '), 'iss', 'session_state', 'state'].sort(),
    );
    expect(paramsOf(reply).state).toBe(hostile);
    expect(paramsOf(reply).code).not.toBe('stolen');
    expect(reply).toMatchObject({ location: expect.stringMatching(/^[\x21-\x7e]+$/) });
  });
});

describe('OAuth 2.0 Multiple Response Type Encoding Practices', () => {
  it('§4: none tells only that it would have been granted, with state; by a form where that is asked', async () => {
    const reply = await answerTo({ response_type: 'none' });
    expect(reply).toMatchObject({ location: expect.stringContaining('https://web.example.test/cb?') });
    expect(paramsOf(reply)).toEqual({ session_state, state: 's-1', iss: issuer });
    const form = await answerTo({ response_type: 'none', response_mode: 'form_post' });
    expect(form).toMatchObject({ kind: 'form_post', params: { state: 's-1', iss: issuer } });
  });

  it('§4: an error of it bears the state too', async () => {
    expect(paramsOf(await ask({ response_type: 'none', prompt: 'none' }))).toMatchObject({
      error: 'login_required',
      state: 's-1',
    });
  });

  it('§1.2: the words of a response type come in any order, and mean the same', async () => {
    for (const words of ['token id_token code', 'id_token code token'])
      expect(Object.keys(paramsOf(await answerTo({ response_type: words })))).toEqual(
        expect.arrayContaining(['code', 'id_token', 'access_token']),
      );
  });

  it.each(implicit)('§3: %s has an id_token for this client, and never in a query', async (responseType) => {
    const { id_token: text = '' } = paramsOf(await answerTo({ response_type: responseType }));
    expect(decodeJwt(text)).toMatchObject({ aud: 'web', sub: 'sub-alice' });
    const reply = await ask({ response_type: responseType, response_mode: 'query' });
    expect(reply).toMatchObject(where);
    expect(paramsOf(reply)).toMatchObject({ error: 'invalid_request' });
  });
});
