import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, paramsOf, post, ruleBrowser, rules, secret, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';

const implicit = ['id_token', 'id_token token'];
const hybrid = ['code id_token', 'code token', 'code id_token token'];
const redirect_uri = 'https://web.example.test/cb';
const request = { client_id: 'web', redirect_uri, scope: 'openid profile', nonce: 'n-1', state: 's-1' };

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  const grant_types = ['authorization_code', 'implicit', 'refresh_token'];
  const response_types = ['code', ...implicit, ...hybrid];
  all = await rules({ web: { grant_types, response_types }, second: {} });
  browser = ruleBrowser(all);
});

const asked = (response_type: string, more: object = {}) =>
  browser.get('authorize', { ...request, response_type, ...more });
const told = (error: string) => ({ error, state: 's-1', iss: expect.any(String), session_state: expect.any(String) });
const inFragment = { kind: 'redirect', location: expect.stringContaining('/cb#') };

describe.each([...implicit, ...hybrid])('OpenID Connect Core 1.0 §3.2.2.2, §3.3.2.2: %s', (responseType) => {
  it.each([
    ['prompt=none beside another', { prompt: 'none login' }, 'invalid_request'],
    ['a max_age that is no number', { max_age: 'x' }, 'invalid_request'],
    ['claims that are no JSON', { claims: '{' }, 'invalid_request'],
    ['request_uri', { request_uri: 'https://web.example.test/r' }, 'request_uri_not_supported'],
  ])('is validated as in the code flow: %s is an error, in the fragment', async (_, more, error) => {
    const reply = await asked(responseType, more);
    expect(reply).toMatchObject(inFragment);
    expect(paramsOf(reply)).toMatchObject(told(error));
  });

  it('a redirect URI that is not registered is shown on a page', async () => {
    expect(await asked(responseType, { redirect_uri: 'https://evil.test/cb' })).toMatchObject({ kind: 'page' });
  });

  it('§3.2.2.3, §3.3.2.3: nobody is signed in: they are asked, or prompt=none is told so', async () => {
    expect(paramsOf(await asked(responseType, { prompt: 'none' }))).toMatchObject(told('login_required'));
    expect(await asked(responseType)).toMatchObject({ kind: 'page', page: { name: 'sign-in' } });
  });

  it('§3.2.2.3, §3.3.2.3: prompt=login asks who is signed in already', async () => {
    await browser.answer(await asked(responseType));
    expect(await asked(responseType)).toMatchObject(inFragment);
    expect(await asked(responseType, { prompt: 'login' })).toMatchObject({ kind: 'page', page: { name: 'sign-in' } });
  });

  it('§3.2.2.4, §3.3.2.4: whoever has not agreed is asked; prompt=none and a refusal are told', async () => {
    await browser.answer(await asked(responseType));
    const more = { scope: 'openid profile email' };
    const silent = paramsOf(await asked(responseType, { ...more, prompt: 'none' }));
    expect(silent).toMatchObject(told('consent_required'));
    const consent = await asked(responseType, more);
    expect(consent).toMatchObject({ kind: 'page', page: { name: 'consent' } });
    const denied = await browser.submit(consent, { answer: 'deny' });
    expect(denied).toMatchObject(inFragment);
    expect(paramsOf(denied)).toMatchObject(told('access_denied'));
    expect(Object.keys(paramsOf(denied))).not.toEqual(expect.arrayContaining(['id_token']));
  });
});

describe.each(hybrid)('OpenID Connect Core 1.0 §3.3.3.1: the code of %s at the token endpoint', (responseType) => {
  const codeOf = async () => paramsOf(await browser.answer(await asked(responseType))).code ?? '';
  const redeem = (code: string, more: object = {}, headers = basic('web', secret)) =>
    all.endpoints.token(post({ grant_type: 'authorization_code', code, redirect_uri, ...more }, { headers }));

  it('§3.3.3.1, §3.3.3.3: is redeemed as any other, and nothing of the answer is to be stored', async () => {
    const reply = await redeem(await codeOf());
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    const { token_type, access_token, id_token } = bodyOf(reply);
    expect([token_type, decodeJwt(String(id_token)).nonce]).toEqual(['Bearer', 'n-1']);
    const headers = { authorization: `Bearer ${String(access_token)}` };
    expect((await all.endpoints.userinfo(get({}, { headers }))).status).toBe(200);
  });

  it('§3.3.3.2, §3.3.3.4: not by another client, and not for another redirect URI', async () => {
    const code = await codeOf();
    const others = [
      await redeem(code, {}, basic('second', secret)),
      await redeem(code, { redirect_uri: `${redirect_uri}/` }),
    ];
    for (const reply of others)
      expect(reply).toMatchObject({ kind: 'json', status: 400, body: { error: 'invalid_grant' } });
  });

  it('§3.3.3.1, §3.3.3.4: a client that proves nothing gets invalid_client', async () => {
    const reply = await redeem(await codeOf(), {}, basic('web', 'wrong'));
    expect(reply).toMatchObject({ status: 401, body: { error: 'invalid_client' } });
  });
});
