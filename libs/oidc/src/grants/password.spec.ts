import { beforeEach, describe, expect, it } from '@jest/globals';
import { basic, bodyOf, get, post, rules, ruleBrowser, secret, type GivenParams, type Rules } from '@portico/testing';
import { decodeJwt } from 'jose';

const trusted = { grant_types: ['password', 'refresh_token'], response_types: [], redirect_uris: [] };
let all: Rules;
beforeEach(async () => {
  all = await rules({
    trusted,
    'no-refresh': { ...trusted, grant_types: ['password'] },
    public: { ...trusted, token_endpoint_auth_method: 'none' },
    web: {},
  });
});

const ask = (params: GivenParams, { id = 'trusted', ip = '192.0.2.1' } = {}) =>
  all.endpoints.token(
    post(
      { grant_type: 'password', username: 'alice', password: secret, ...params },
      { headers: basic(id, secret), ip },
    ),
  );

describe('password', () => {
  it('RFC 6749 §4.3.3: an access token alone where no scope is asked', async () => {
    const reply = await ask({});
    expect(reply).toMatchObject({ status: 200, headers: { 'cache-control': 'no-store' } });
    expect(Object.keys(bodyOf(reply)).sort()).toEqual(['access_token', 'expires_in', 'token_type']);
    expect(decodeJwt(String(bodyOf(reply).access_token))).toMatchObject({ sub: 'sub-alice', client_id: 'trusted' });
  });

  it('an id_token with openid, a refresh token with offline_access; no session, and so no sid', async () => {
    const body = bodyOf(await ask({ scope: 'openid profile offline_access nothing' }));
    expect(body).toMatchObject({ scope: 'openid profile offline_access', refresh_token: expect.any(String) });
    const claims = decodeJwt(String(body.id_token));
    expect(claims).toMatchObject({ sub: 'sub-alice', aud: 'trusted', auth_time: all.clock(), amr: ['pwd'] });
    expect(claims).not.toHaveProperty('sid');
    expect((await ask({ scope: 'openid' })).cookies).toEqual([]);
    const userinfo = await all.endpoints.userinfo(
      get({}, { headers: { authorization: `Bearer ${String(body.access_token)}` } }),
    );
    expect(bodyOf(userinfo)).toMatchObject({ sub: 'sub-alice', name: 'Alice Example' });
    const again = post(
      { grant_type: 'refresh_token', refresh_token: String(body.refresh_token) },
      { headers: basic('trusted', secret) },
    );
    expect(bodyOf(await all.endpoints.token(again))).toMatchObject({ id_token: expect.any(String) });
  });

  it('no refresh token where the client cannot refresh', async () => {
    const body = bodyOf(await ask({ scope: 'openid offline_access' }, { id: 'no-refresh' }));
    expect(body).toMatchObject({ scope: 'openid' });
    expect(body).not.toHaveProperty('refresh_token');
  });

  it.each(['ALICE', ' alice ', 'alice@example.test'])(
    'the same identifiers as on the sign-in page: %j',
    async (username) => expect((await ask({ username })).status).toBe(200),
  );

  it('a public client may be set to it too', async () => {
    const form = { grant_type: 'password', username: 'alice', password: secret, client_id: 'public' };
    expect((await all.endpoints.token(post(form))).status).toBe(200);
  });

  it('RFC 9700 §2.4: not for a client that is not set to it, whatever the password', async () => {
    for (const password of [secret, 'wrong'])
      expect(await ask({ password }, { id: 'web' })).toMatchObject({
        status: 400,
        body: { error: 'unauthorized_client' },
      });
  });

  it.each([['username'], ['password']])('RFC 6749 §4.3.2: %s is required', async (name) => {
    expect(await ask({ [name]: undefined })).toMatchObject({
      status: 400,
      body: { error: 'invalid_request', error_description: `${name} is required` },
    });
    expect(await ask({ [name]: '' })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
    expect(await ask({ [name]: ['a', 'b'] })).toMatchObject({ status: 400, body: { error: 'invalid_request' } });
  });

  it('§5.2: a wrong password and an unknown person get the same answer, and nothing of them is told', async () => {
    const replies = await Promise.all([
      ask({ password: 'hunter2hunter2' }),
      ask({ username: 'nobody', password: 'hunter2hunter2' }),
      ask({ password: 'x'.repeat(100_000) }),
    ]);
    for (const reply of replies)
      expect(reply).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant', error_description: 'username or password is wrong' },
      });
    expect(JSON.stringify([replies, all.reported.map(String)])).not.toMatch(/hunter2|nobody/);
  });

  it('§4.3.2: guesses are counted per account, whether there is one or not, and together with the sign-in page', async () => {
    for (const username of ['bob', 'nobody']) {
      for (let guess = 0; guess < 10; guess += 1)
        expect(bodyOf(await ask({ username, password: 'wrong' }))).toMatchObject({ error: 'invalid_grant' });
      expect(await ask({ username, password: secret })).toMatchObject({
        status: 429,
        headers: { 'retry-after': '900' },
        body: { error: 'invalid_grant', error_description: 'Too many attempts; try again in 900 seconds' },
      });
    }
    const browser = ruleBrowser(all, '198.51.100.9');
    const page = await browser.get('authorize', {
      client_id: 'web',
      redirect_uri: 'https://web.example.test/cb',
      response_type: 'code',
      scope: 'openid',
    });
    expect(await browser.submit(page, { identifier: 'bob', password: secret })).toMatchObject({ status: 429 });
    all.clock.pass(900);
    expect((await ask({ username: 'bob' })).status).toBe(200);
  });

  it('§4.3.2: and per address', async () => {
    const attempts = Array.from({ length: 100 }, (_, guess) => ask({ username: `u${guess}`, password: 'wrong' }));
    await Promise.all(attempts);
    expect((await ask({})).status).toBe(429);
    expect((await ask({}, { ip: '192.0.2.2' })).status).toBe(200);
  });

  it('a good password forgets the guesses before it', async () => {
    for (let round = 0; round < 2; round += 1) {
      for (let guess = 0; guess < 9; guess += 1) await ask({ password: 'wrong' });
      expect((await ask({})).status).toBe(200);
    }
  });
});
