import { beforeAll, describe, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import {
  basic,
  bodyOf,
  get,
  issuer,
  post,
  rules,
  secret,
  signedIn,
  tokenClients,
  type Rules,
  type SignedIn,
} from '@portico/testing';
import { decodeJwt } from 'jose';
import { faces } from '../face.js';
import { validateAccessTokenEndpoint } from './validate-access-token.js';

let all: Rules;
let web: SignedIn;
beforeAll(async () => {
  all = await rules(tokenClients);
  web = await signedIn(all, 'web');
});

const validated = async (params: Record<string, string | string[]>) => all.endpoints.validateToken(get(params));
const recorded = async (token: string) => bodyOf(await all.endpoints.validateAccessToken(get({ access_token: token })));
const refused = (message: string) => ({ kind: 'json', status: 200, body: { code: 400, message } });
const tampered = (token: string) => `${token.slice(0, -8)}${token.endsWith('AAAAAAAA') ? 'BBBBBBBB' : 'AAAAAAAA'}`;
const revoke = (token: string) => all.endpoints.revocation(post({ token }, { headers: basic('web', secret) }));

describe('/api/v2/oidc/validate_token', () => {
  it('an access token: its claims, to whoever has it', async () => {
    const reply = await validated({ access_token: web.access_token });
    expect(bodyOf(reply)).toEqual(decodeJwt(web.access_token));
    expect(reply.headers['cache-control']).toBe('no-store');
  });

  it('an ID Token: its claims', async () => {
    expect(bodyOf(await validated({ id_token: web.id_token }))).toEqual(decodeJwt(web.id_token));
  });

  it('an opaque access token: what introspection says of it', async () => {
    const { access_token: token } = await signedIn(all, 'opaque');
    expect(bodyOf(await validated({ access_token: token }))).toMatchObject({
      iss: issuer,
      sub: 'sub-alice',
      aud: 'opaque',
      scope: 'openid profile offline_access',
      jti: expect.any(String),
      exp: expect.any(Number),
      iat: expect.any(Number),
    });
  });

  it('neither a tampered one, nor one of the other kind, nor a refresh token', async () => {
    expect(await validated({ access_token: tampered(web.access_token) })).toMatchObject(refused('access_token 不合法'));
    expect(await validated({ id_token: tampered(web.id_token) })).toMatchObject(refused('id_token 不合法'));
    expect(await validated({ access_token: web.id_token })).toMatchObject(refused('access_token 不合法'));
    expect(await validated({ id_token: web.access_token })).toMatchObject(refused('id_token 不合法'));
    expect(await validated({ access_token: web.refresh_token })).toMatchObject(refused('access_token 格式有误'));
  });

  it.each(['x', 'a.b.c', 'undefined', 'x'.repeat(10_000), '{}'])(
    'what is no token is told as malformed: %j',
    async (text) => {
      expect(await validated({ access_token: text })).toMatchObject(refused('access_token 格式有误'));
      expect(await validated({ id_token: text })).toMatchObject(refused('id_token 格式有误'));
    },
  );

  it.each([{}, { access_token: 'x', id_token: 'y' }, { access_token: ['x', 'y'] }, { access_token: '' }])(
    'one token, once: %j',
    async (params) => {
      expect(await validated(params as Record<string, string>)).toMatchObject({ status: 200, body: { code: 400 } });
    },
  );

  it('neither a revoked one nor an expired one', async () => {
    const { access_token: token } = await signedIn(all, 'web');
    await revoke(token);
    expect(await validated({ access_token: token })).toMatchObject(refused('access_token 不合法'));
    const short = await signedIn(all, 'short');
    all.clock.pass(62);
    expect(await validated({ access_token: short.access_token })).toMatchObject(refused('access_token 不合法'));
    expect(await validated({ id_token: short.id_token })).toMatchObject(refused('id_token 不合法'));
  });
});

describe('/oauth/oidc/validate_access_token', () => {
  it('the recorded body, times in milliseconds', async () => {
    const { access_token: token } = await signedIn(all, 'web');
    const now = all.clock();
    expect(await recorded(token)).toEqual({
      state: 1,
      isRevoked: false,
      isDeleted: false,
      _id: expect.any(String),
      id: decodeJwt(token).jti,
      accessToken: token,
      accessTokenExpiresAt: new Date((now + 3600) * 1000).toISOString(),
      scope: 'openid profile offline_access',
      appId: 'web',
      userOrClientId: 'sub-alice',
      when: new Date(now * 1000).toISOString(),
      iss: issuer,
      sub: 'sub-alice',
      aud: 'web',
      exp: (now + 3600) * 1000,
      iat: now * 1000,
      user_id: 'sub-alice',
      issued_to: 'https://id.example.test',
      audience: 'web',
      expires_in: 3600,
      access_type: 'offline',
    });
  });

  it('1920: the look-up failed; the reason is for the log alone', async () => {
    const reported: unknown[] = [];
    const cause = new Error('the key set is not established yet');
    const endpoint = validateAccessTokenEndpoint({
      ...all.stores,
      keys: () => {
        throw cause;
      },
      policy: { issuer, refreshReplaySeconds: 30, keysMaxAgeSeconds: 300 },
      face: faces.oidc,
      subjectFor: (_, subject) => subject,
      clock: all.clock,
      report: (error) => void reported.push(error),
    });
    // It is in no store: what it was, only the keys could tell.
    const reply = await endpoint(get({ access_token: tampered(web.access_token) }));
    expect(reply).toMatchObject({ kind: 'json', status: 200 });
    expect(bodyOf(reply)).toEqual({ code: 1920, message: '查找 session 发生错误' });
    expect(reported).toEqual([cause]);
    const held = await endpoint(get({ access_token: (await signedIn(all, 'web')).access_token }));
    expect(bodyOf(held)).toMatchObject({ state: 1 });
  });

  it('1920 where the store is away: RFC 9110 §15.6.4, coming again helps', async () => {
    const away = await rules(tokenClients);
    away.stores.tokens.find = () => Promise.reject(new Unavailable('the database is away'));
    const reply = await away.endpoints.validateAccessToken(get({ access_token: web.access_token }));
    expect(reply).toMatchObject({ status: 503, headers: { 'retry-after': '2' }, body: { code: 1920 } });
  });

  it('1921: what it hangs on is gone', async () => {
    const { access_token: token, refresh_token: refresh } = await signedIn(all, 'web');
    await revoke(refresh);
    expect(await recorded(token)).toEqual({ code: 1921, message: 'session 不存在' });
  });

  it('1922: not a token of ours, or revoked', async () => {
    const { access_token: token, refresh_token: refresh } = await signedIn(all, 'web');
    await revoke(token);
    for (const text of [token, refresh, tampered(token), 'x', ''])
      expect(await recorded(text)).toEqual({ code: 1922, message: 'token 不合法' });
  });

  it('1923: expired', async () => {
    const { access_token: token } = await signedIn(all, 'short');
    all.clock.pass(61);
    expect(await recorded(token)).toEqual({ code: 1923, message: 'token 过期' });
  });

  it('each issuer knows its own', async () => {
    expect(bodyOf(await all.endpoints.oauthValidateAccessToken(get({ access_token: web.access_token })))).toMatchObject(
      { code: 1922 },
    );
  });
});
