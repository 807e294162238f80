import { beforeEach, describe, expect, it } from '@jest/globals';
import { get, issuer, paramsOf, post, ruleBrowser, rules, secret, basic, bodyOf, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';
import { halfHash } from '../id-token.js';

const all6 = ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'];
const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  scope: 'openid profile offline_access',
  nonce: 'n-1',
  state: 's-1',
  prompt: 'consent',
};

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: { grant_types: ['authorization_code', 'implicit', 'refresh_token'], response_types: [...all6, 'none'] },
    'code-only': {},
    'no-grant': { response_types: ['code', 'id_token'] },
  });
  browser = ruleBrowser(all);
});
const answerTo = async (params: object) => browser.answer(await browser.get('authorize', { ...web, ...params }));
const refusal = async (params: object) => paramsOf(await all.endpoints.authorize(get({ ...web, ...params })));

describe('OAuth 2.0 Multiple Response Type Encoding Practices', () => {
  it.each([
    ['code', ['code'], '?'],
    ['id_token', ['id_token'], '#'],
    ['id_token token', ['access_token', 'expires_in', 'id_token', 'scope', 'token_type'], '#'],
    ['code id_token', ['code', 'id_token'], '#'],
    ['code token', ['access_token', 'code', 'expires_in', 'scope', 'token_type'], '#'],
    ['code id_token token', ['access_token', 'code', 'expires_in', 'id_token', 'scope', 'token_type'], '#'],
    ['none', [], '?'],
  ])('§3, §5: %s answers %j, by default behind %s', async (responseType, names, mark) => {
    const reply = await answerTo({ response_type: responseType });
    expect(reply).toMatchObject({ kind: 'redirect', location: expect.stringContaining(`/cb${mark}`) });
    expect(Object.keys(paramsOf(reply)).sort()).toEqual([...names, 'iss', 'session_state', 'state'].sort());
  });

  it('§1.2: the order of the words does not matter', async () => {
    expect(paramsOf(await answerTo({ response_type: 'token code id_token' }))).toHaveProperty('id_token');
  });

  it.each(['fragment', 'form_post', 'web_message'])('response_mode=%s carries tokens', async (mode) => {
    const reply = await answerTo({ response_type: 'id_token token', response_mode: mode });
    const params = reply.kind === 'web_message' ? reply.params : paramsOf(reply);
    expect(params).toMatchObject({ access_token: expect.any(String), state: 's-1', iss: issuer });
  });

  it.each(all6.slice(1))('§5: never in a query: %s, and the error goes by the fragment', async (responseType) => {
    const reply = await all.endpoints.authorize(get({ ...web, response_type: responseType, response_mode: 'query' }));
    expect(reply).toMatchObject({ kind: 'redirect', location: expect.stringContaining('/cb#error=invalid_request') });
  });
});

describe('RFC 6749 §4.2.2.1, Multiple Response Types §5: the error of a type that is not offered', () => {
  it.each([
    ['token', {}, '#'],
    ['foo token', {}, '#'],
    ['id_token foo', {}, '#'],
    ['token', { response_mode: 'query' }, '#'],
    ['id_token', { client_id: 'code-only', redirect_uri: 'https://code-only.example.test/cb' }, '#'],
    ['foo', {}, '?'],
    ['tokens', {}, '?'],
    ['code foo', {}, '?'],
  ])('%s with %j: behind %s', async (responseType, more, mark) => {
    const reply = await all.endpoints.authorize(get({ ...web, response_type: responseType, ...more }));
    expect(reply).toMatchObject({ kind: 'redirect', location: expect.stringContaining(`/cb${mark}error=`) });
    expect(paramsOf(reply).error).toMatch(/^(unsupported_response_type|unauthorized_client)$/);
  });

  it('goes by form_post where that is asked for', async () => {
    const asked = get({ ...web, response_type: 'token', response_mode: 'form_post' });
    expect(await all.endpoints.authorize(asked)).toMatchObject({
      kind: 'form_post',
      params: { error: 'unsupported_response_type' },
    });
  });
});

describe('the ID Token of the authorization endpoint', () => {
  it('OpenID Connect Core 1.0 §3.2.2.10: at_hash, nonce; FAPI 1.0 Part 2 §5.1.1: s_hash', async () => {
    const { id_token = '', access_token = '' } = paramsOf(await answerTo({ response_type: 'id_token token' }));
    expect(decodeJwt(id_token)).toMatchObject({
      iss: issuer,
      aud: 'web',
      sub: 'sub-alice',
      nonce: 'n-1',
      at_hash: halfHash(access_token, 'RS256'),
      s_hash: halfHash('s-1', 'RS256'),
    });
    expect(decodeJwt(id_token)).not.toHaveProperty('name');
  });

  it('§3.3.2.11: c_hash; the one of the token endpoint names the same person', async () => {
    const { id_token = '', code = '' } = paramsOf(await answerTo({ response_type: 'code id_token' }));
    expect(decodeJwt(id_token)).toMatchObject({ c_hash: halfHash(code, 'RS256') });
    expect(decodeJwt(id_token)).not.toHaveProperty('at_hash');
    const form = { grant_type: 'authorization_code', code, redirect_uri: web.redirect_uri };
    const tokens = bodyOf(await all.endpoints.token(post(form, { headers: basic('web', secret) })));
    const [first, second] = [id_token, String(tokens.id_token)].map((text) => decodeJwt(text));
    expect([second!.iss, second!.sub, second!.nonce]).toEqual([first!.iss, first!.sub, first!.nonce]);
    expect(tokens).toHaveProperty('refresh_token');
  });

  it('§5.4: alone it carries the claims of the scopes, since nothing can fetch them', async () => {
    const { id_token = '' } = paramsOf(await answerTo({ response_type: 'id_token' }));
    expect(decodeJwt(id_token)).toMatchObject({ name: 'Alice Example' });
  });

  it.each(all6.filter((type) => type.includes('id_token')))(
    '§3.2.2.1, §3.3.2.11: %s needs a nonce, and openid',
    async (responseType) => {
      expect(await refusal({ response_type: responseType, nonce: undefined })).toMatchObject({
        error: 'invalid_request',
      });
      expect(await refusal({ response_type: responseType, scope: 'profile' })).toMatchObject({
        error: 'invalid_scope',
      });
    },
  );

  it('§3.3.2.11: code token needs none', async () => {
    expect(paramsOf(await answerTo({ response_type: 'code token', nonce: undefined }))).toHaveProperty('code');
  });
});

describe('tokens of the authorization endpoint', () => {
  it('work at user info, and RFC 6749 §4.2.2: there is no refresh token', async () => {
    const params = paramsOf(await answerTo({ response_type: 'id_token token' }));
    expect(params).not.toHaveProperty('refresh_token');
    expect(params.scope).toBe('openid profile');
    const headers = { authorization: `Bearer ${params.access_token!}` };
    expect(bodyOf(await all.endpoints.userinfo(get({}, { headers })))).toMatchObject({
      sub: 'sub-alice',
      name: 'Alice Example',
    });
  });

  it('RFC 6749 §4.1.2: a code of a hybrid response that comes twice takes them with it', async () => {
    const { code, access_token } = paramsOf(await answerTo({ response_type: 'code token' }));
    const form = { grant_type: 'authorization_code', code, redirect_uri: web.redirect_uri };
    const exchange = () => all.endpoints.token(post(form, { headers: basic('web', secret) }));
    await exchange();
    await exchange();
    const headers = { authorization: `Bearer ${access_token!}` };
    expect((await all.endpoints.userinfo(get({}, { headers }))).status).toBe(401);
  });
});

describe('registration', () => {
  it.each(['code-only', 'no-grant'])('RFC 6749 §4.2.2.1: %s may not ask for id_token', async (id) => {
    const params = { client_id: id, redirect_uri: `https://${id}.example.test/cb`, response_type: 'id_token' };
    expect(await refusal(params)).toMatchObject({ error: 'unauthorized_client' });
  });

  it('OpenID Connect Core 1.0 §3: the response type token alone is no OpenID Connect and not offered', async () => {
    expect(await refusal({ response_type: 'token' })).toMatchObject({ error: 'unsupported_response_type' });
  });
});

describe('OAuth 2.0 Web Message Response Mode §4.1: response_mode=web_message', () => {
  const silent = { response_type: 'code', response_mode: 'web_message' };

  it('§5.1: goes to the origin of the redirect URI alone, errors as well, with state', async () => {
    const reply = await all.endpoints.authorize(get({ ...web, ...silent, prompt: 'none' }));
    expect(reply).toMatchObject({
      kind: 'web_message',
      targetOrigin: 'https://web.example.test',
      params: { error: 'login_required', state: 's-1' },
    });
  });

  it('inside of a frame nobody is asked: login_required, also without prompt=none', async () => {
    const request = { ...web, ...silent, prompt: undefined };
    const framed = await all.endpoints.authorize(get(request, { headers: { 'sec-fetch-dest': 'iframe' } }));
    expect(framed).toMatchObject({ kind: 'web_message', params: { error: 'login_required' } });
    expect((await all.endpoints.authorize(get(request))).kind).toBe('redirect');
  });
});
