import { beforeEach, describe, expect, it } from '@jest/globals';
import type { EndpointReply } from '@portico/endpoint';
import { UnsecuredJWT } from 'jose';
import {
  basic,
  bodyOf,
  get,
  paramsOf,
  post,
  rules,
  secret,
  signedIn,
  type GivenParams,
  type Rules,
  type SignedIn,
} from '@portico/testing';

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: {
      grant_types: [
        'authorization_code',
        'refresh_token',
        'client_credentials',
        'urn:ietf:params:oauth:grant-type:device_code',
      ],
    },
    api: {},
  });
  alice = await signedIn(all, 'web');
});
const ask = (endpoint: 'introspection' | 'revocation', params: GivenParams, headers = basic('web', secret)) =>
  all.endpoints[endpoint](post(params, { headers }));
const isActive = async (token: string) => bodyOf(await ask('introspection', { token }, basic('api', secret))).active;

describe('RFC 6749 §3.1, §3.2: what is not recognized is ignored, however often it is there', () => {
  // RFC 8707 §2 has `resource` as often as there are resources.
  const ignored = { foo: ['1', '2'], resource: ['https://a.example.test/', 'https://b.example.test/'] };
  const headers = basic('web', secret);

  it('at the authorization endpoint', async () => {
    const code = await alice.browser.get('authorize', {
      client_id: 'web',
      redirect_uri: 'https://web.example.test/cb',
      response_type: 'code',
      scope: 'openid',
      ...ignored,
    });
    expect(paramsOf(code)).toHaveProperty('code');
  });

  it('in a request object', async () => {
    const request = new UnsecuredJWT({ ...ignored, redirect_uri: 'https://web.example.test/cb' }).encode();
    const asked = { client_id: 'web', response_type: 'code', scope: 'openid', prompt: 'none' };
    expect(paramsOf(await alice.browser.get('authorize', { ...asked, request }))).toHaveProperty('code');
  });

  it.each<[string, (more: GivenParams) => Promise<EndpointReply>]>([
    ['token', (more) => all.endpoints.token(post({ grant_type: 'client_credentials', ...more }, { headers }))],
    ['introspection', (more) => ask('introspection', { token: alice.access_token, ...more })],
    ['revocation', (more) => ask('revocation', { token: alice.access_token, ...more })],
    ['device authorization', (more) => all.endpoints.deviceAuthorization(post({ ...more }, { headers }))],
    ['the feed of revocations', (more) => all.endpoints.revocations(post({ ...more }, { headers }))],
    ['userinfo', (more) => all.endpoints.userinfo(post({ access_token: alice.access_token, ...more }))],
    ['validation', (more) => all.endpoints.validateToken(get({ access_token: alice.access_token, ...more }))],
    ['end_session', (more) => alice.browser.get('endSession', { id_token_hint: alice.id_token, ...more })],
  ])('at %s', async (_, send) => {
    const replies = [await send(ignored), await send({ ['x'.repeat(10_000)]: ['1', '2'] })];
    for (const reply of replies) expect(reply).toMatchObject({ status: 200 });
    for (const reply of replies) if (reply.kind === 'json') expect(reply.body).not.toHaveProperty('error');
  });
});

describe('RFC 7009 §2.2.1: what a revocation is refused with', () => {
  it('neither kind of token is an unsupported_token_type, nor is a hint that is wrong or unknown', async () => {
    for (const [token, token_type_hint] of [
      [alice.access_token, 'refresh_token'],
      [alice.refresh_token, 'magic'],
    ])
      expect(await ask('revocation', { token, token_type_hint })).toMatchObject({ status: 200 });
    expect([await isActive(alice.access_token), await isActive(alice.refresh_token)]).toEqual([false, false]);
  });

  it.each<[string, GivenParams, Record<string, string>, number, string]>([
    ['no token', {}, basic('web', secret), 400, 'invalid_request'],
    ['two tokens', { token: ['a', 'b'] }, basic('web', secret), 400, 'invalid_request'],
    ['a wrong secret', { token: 'a' }, basic('web', 'wrong'), 401, 'invalid_client'],
    ['no credentials', { token: 'a' }, {}, 401, 'invalid_client'],
  ])('%s, as RFC 6749 §5.2 says', async (_, params, headers, status, error) =>
    expect(await ask('revocation', params, headers)).toMatchObject({ kind: 'json', status, body: { error } }),
  );

  it('what another client holds stays as it is', async () => {
    for (const token of [alice.access_token, alice.refresh_token])
      expect(await ask('revocation', { token }, basic('api', secret))).toMatchObject({
        status: 400,
        body: { error: 'invalid_grant' },
      });
    expect([await isActive(alice.access_token), await isActive(alice.refresh_token)]).toEqual([true, true]);
  });

  it('the same token ten times at once is no error', async () => {
    const replies = await Promise.all(
      Array.from({ length: 10 }, () => ask('revocation', { token: alice.refresh_token })),
    );
    expect(replies.map(({ status }) => status)).toEqual(Array.from({ length: 10 }, () => 200));
    expect(await isActive(alice.access_token)).toBe(false);
  });
});

describe('RFC 7662 §2.3, §4: who may ask, and what ends a token', () => {
  it.each<[string, Record<string, string>]>([
    ['a wrong secret', basic('api', 'wrong')],
    ['no credentials', {}],
    ['the token itself as a credential', { authorization: 'Bearer x' }],
  ])('§2.3: %s: 401, and nothing of the token', async (_, headers) => {
    const reply = await ask('introspection', { token: alice.access_token }, headers);
    expect(reply).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': expect.stringMatching(/^Basic /), 'cache-control': 'no-store' },
      body: { error: 'invalid_client' },
    });
    expect(bodyOf(reply)).not.toHaveProperty('active');
  });

  it.each<[string, () => unknown]>([
    ['its time has passed', () => all.clock.pass(3600)],
    ['it was revoked', () => ask('revocation', { token: alice.access_token })],
    ['its refresh token was revoked', () => ask('revocation', { token: alice.refresh_token })],
  ])('§4: an access token is not active once %s', async (_, end) => {
    expect(await isActive(alice.access_token)).toBe(true);
    await end();
    expect(await isActive(alice.access_token)).toBe(false);
  });

  it('§4: nor is one whose signature or whose claims were changed', async () => {
    const [header = '', claims = '', signature = ''] = alice.access_token.split('.');
    for (const text of [`${header}.${claims}.`, `${header}.${claims}.${signature.slice(8)}AAAAAAAA`])
      expect(await isActive(text)).toBe(false);
  });
});
