import { beforeEach, describe, expect, it } from '@jest/globals';
import { randomSecret, sha256 } from '@portico/endpoint';
import { decodeJwt } from 'jose';
import { basic, bodyOf, post, ruleBrowser, rules, secret, type GivenParams, type Rules } from '@portico/testing';

const grantType = 'urn:ietf:params:oauth:grant-type:device_code';
const clients = {
  tv: { token_endpoint_auth_method: 'none', grant_types: [grantType, 'refresh_token'], redirect_uris: [] },
  radio: { token_endpoint_auth_method: 'none', grant_types: [grantType], redirect_uris: [] },
  printer: { grant_types: [grantType], redirect_uris: [] },
  web: {},
};

let all: Rules;
beforeEach(async () => {
  all = await rules(clients);
});

const begin = async (client_id = 'tv', scope = 'openid profile offline_access') => {
  const headers = client_id === 'printer' ? basic(client_id, secret) : {};
  const given = client_id === 'printer' ? { scope } : { client_id, scope };
  return bodyOf(await all.endpoints.deviceAuthorization(post(given, { headers }))) as Record<string, string>;
};
const poll = async (device_code: string | undefined, more: GivenParams = {}) =>
  bodyOf(await all.endpoints.token(post({ grant_type: grantType, client_id: 'tv', device_code, ...more })));
const answer = async (user_code: string | undefined, how: GivenParams | 'approve' = 'approve') => {
  const browser = ruleBrowser(all);
  const confirm = await browser.get('device', { user_code });
  return how === 'approve' ? browser.answer(confirm) : browser.submit(confirm, how);
};

describe('RFC 8628 §3.5: until the person has answered', () => {
  it('a device is told to wait; where it asks too often, to wait longer', async () => {
    const { device_code: code } = await begin();
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
    all.clock.pass(5);
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
    all.clock.pass(1);
    expect(await poll(code)).toMatchObject({ error: 'slow_down' });
    all.clock.pass(5);
    expect(await poll(code)).toMatchObject({ error: 'slow_down' });
    all.clock.pass(15);
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
  });

  it('every answer is 400 and JSON', async () => {
    const { device_code: code } = await begin();
    const form = post({ grant_type: grantType, client_id: 'tv', device_code: code });
    expect(await all.endpoints.token(form)).toMatchObject({ kind: 'json', status: 400 });
    expect(await all.endpoints.token(form)).toMatchObject({ status: 400, body: { error: 'slow_down' } });
  });

  it('access_denied, once and for all, where the person says no', async () => {
    const { device_code: code, user_code: typed } = await begin();
    await answer(typed, { answer: 'deny' });
    expect(await poll(code)).toMatchObject({ error: 'access_denied' });
    all.clock.pass(700);
    const form = post({ grant_type: grantType, client_id: 'tv', device_code: code });
    expect(await all.endpoints.token(form)).toMatchObject({ status: 400, body: { error: 'access_denied' } });
  });

  it('expired_token after the lifetime, also where it was approved and not fetched', async () => {
    const [waiting, approved] = [await begin(), await begin()];
    await answer(approved.user_code);
    all.clock.pass(600);
    expect(await poll(waiting.device_code)).toMatchObject({ error: 'expired_token' });
    expect(await poll(approved.device_code)).toMatchObject({ error: 'expired_token' });
  });
});

describe('RFC 8628 §3.4: once the person has agreed', () => {
  it('the device gets tokens of that person, by the scopes that were asked for', async () => {
    const { device_code: code, user_code: typed } = await begin();
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
    await answer(typed);
    const tokens = await poll(code);
    expect(tokens).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'openid profile offline_access',
      refresh_token: expect.any(String),
      id_token: expect.any(String),
    });
    expect(decodeJwt(String(tokens.id_token))).toMatchObject({
      aud: 'tv',
      auth_time: all.clock(),
      amr: ['pwd'],
      sid: expect.any(String),
    });
    const form = post({ grant_type: 'refresh_token', client_id: 'tv', refresh_token: String(tokens.refresh_token) });
    expect(bodyOf(await all.endpoints.token(form))).toMatchObject({ access_token: expect.any(String) });
  });

  it('a code of before, whose text names no part of the store, is good until it expires', async () => {
    const waiting = { clientId: 'tv', scope: ['openid'], intervalSeconds: 5, expiresAt: all.clock() + 600 };
    const text = randomSecret();
    await all.stores.devices.begin({ ...waiting, deviceCodeHash: sha256(text), userCode: 'BCDFGHJK' });
    expect(await poll(text)).toMatchObject({ error: 'authorization_pending' });
    await answer('BCDF-GHJK');
    expect(await poll(text)).toHaveProperty('access_token');
    expect(await poll(text)).toMatchObject({ error: 'invalid_grant' });
  });

  it('a code is good across midnight, by the day on which it expires', async () => {
    all.clock.pass(86_400 - (all.clock() % 86_400) - 300);
    const { device_code: code, user_code: typed } = await begin();
    all.clock.pass(400);
    await answer(typed);
    expect(await poll(code)).toHaveProperty('access_token');
  });

  it('no refresh token for a client that cannot use one', async () => {
    const { device_code: code, user_code: typed } = await begin('radio');
    await answer(typed);
    const tokens = await poll(code, { client_id: 'radio' });
    expect(tokens).toMatchObject({ scope: 'openid profile' });
    expect(tokens).not.toHaveProperty('refresh_token');
  });

  it('one set of tokens, of 20 polls at once; later ones are told that it was used', async () => {
    const { device_code: code, user_code: typed } = await begin();
    await answer(typed);
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(code)));
    expect(answers.filter(({ access_token: token }) => token !== undefined)).toHaveLength(1);
    expect(answers.filter(({ error }) => error === 'invalid_grant')).toHaveLength(19);
    all.clock.pass(10);
    expect(await poll(code)).toMatchObject({ error: 'invalid_grant' });
  });

  it('a second use ends nothing: no browser has seen the code', async () => {
    const { device_code: code, user_code: typed } = await begin();
    await answer(typed);
    const { access_token: token } = await poll(code);
    await poll(code);
    const form = post({ token: String(token) }, { headers: basic('web', secret) });
    expect(bodyOf(await all.endpoints.introspection(form))).toMatchObject({ active: true });
  });

  it('Back-Channel Logout §2.7: nothing where the session has ended before it asked', async () => {
    const { device_code: code, user_code: typed } = await begin('tv', 'openid');
    const browser = ruleBrowser(all);
    await browser.answer(await browser.get('device', { user_code: typed }));
    await browser.submit(await browser.get('endSession', {}), { answer: 'logout' });
    expect(await poll(code)).toMatchObject({ error: 'invalid_grant' });
  });
});

describe('RFC 8628 §3.4: a device code serves whom it was given to', () => {
  it.each([
    ['an unknown one', 'unknown', {}, 'invalid_grant'],
    ['none', undefined, {}, 'invalid_request'],
  ])('%s', async (_, code, more, error) => {
    expect(await poll(code, more)).toMatchObject({ error });
  });

  it("another client's attempt is refused, counts nothing, and takes nothing away", async () => {
    const { device_code: code, user_code: typed } = await begin();
    expect(await poll(code, { client_id: 'radio' })).toMatchObject({ error: 'invalid_grant' });
    expect(await poll(code)).toMatchObject({ error: 'authorization_pending' });
    await answer(typed);
    expect(await poll(code, { client_id: 'radio' })).toMatchObject({ error: 'invalid_grant' });
    expect(await poll(code)).toHaveProperty('access_token');
  });

  it('a confidential client authenticates', async () => {
    const { device_code: code } = await begin('printer');
    expect(await poll(code, { client_id: 'printer' })).toMatchObject({ error: 'invalid_client' });
    const form = post({ grant_type: grantType, device_code: code }, { headers: basic('printer', secret) });
    expect(bodyOf(await all.endpoints.token(form))).toMatchObject({ error: 'authorization_pending' });
  });

  it('it is no token, before or after it was approved', async () => {
    const { device_code: code, user_code: typed } = await begin();
    await answer(typed);
    const form = post({ token: code }, { headers: basic('web', secret) });
    expect(bodyOf(await all.endpoints.introspection(form))).toEqual({ active: false });
    const refresh = post({ grant_type: 'refresh_token', client_id: 'tv', refresh_token: code });
    expect(bodyOf(await all.endpoints.token(refresh))).toMatchObject({ error: 'invalid_grant' });
  });
});
