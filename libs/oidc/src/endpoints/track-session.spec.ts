import { beforeEach, describe, expect, it } from '@jest/globals';
import { bodyOf, get, ruleBrowser, rules, type GivenParams, type Rules } from '@portico/testing';

const scope = 'openid profile email user';
const origin = (id: string) => `https://${id}.example.test`;

let all: Rules;
let browser: ReturnType<typeof ruleBrowser>;
beforeEach(async () => {
  all = await rules({
    web: { scope },
    other: { scope },
    trusted: { scope, consent: 'skip' },
    apart: { scope, allowed_cors_origins: ['https://app.elsewhere.test:8443'] },
    pair: { scope, subject_type: 'pairwise' },
    native: { redirect_uris: ['com.example.app:/cb'] },
  });
  browser = ruleBrowser(all);
});

const signIn = async (id: string, name: 'authorize' | 'oauthAuthorize' = 'authorize', more: GivenParams = {}) => {
  const request = {
    client_id: id,
    redirect_uri: `${origin(id)}/cb`,
    response_type: 'code',
    scope: 'openid email',
    ...more,
  };
  return browser.answer(await browser.get(name, request));
};
const ask = (name: 'trackSession' | 'logout', headers: Record<string, string> = {}, params: GivenParams = {}) =>
  all.endpoints[name](get(params, { headers, cookies: browser.cookies }));
const tracked = async (from?: string) => bodyOf(await ask('trackSession', from === undefined ? {} : { origin: from }));
const cors = (from: string) => ({ 'access-control-allow-origin': from, 'access-control-allow-credentials': 'true' });

describe('the session, asked for by script', () => {
  it('nobody is signed in: null, and readable for a registered origin', async () => {
    const reply = await ask('trackSession', { origin: origin('web') });
    expect(reply).toMatchObject({ kind: 'json', status: 200, body: { session: null }, headers: cors(origin('web')) });
    expect(reply.headers['cache-control']).toBe('no-store');
  });

  it('who is signed in, as far as they let this client know', async () => {
    await signIn('web');
    expect(await tracked(origin('web'))).toEqual({
      session: { appId: 'web', type: 'oidc', userId: 'sub-alice' },
      userInfo: { _id: 'sub-alice', email: 'alice@example.test' },
    });
  });

  it('plain OAuth 2.0 is told as such', async () => {
    await signIn('web', 'oauthAuthorize', { scope: 'user' });
    expect(await tracked(origin('web'))).toMatchObject({
      session: { appId: 'web', type: 'oauth', userId: 'sub-alice' },
      userInfo: { _id: 'sub-alice', username: 'alice', email: 'alice@example.test' },
    });
  });

  it.each<['authorize' | 'oauthAuthorize', GivenParams, string]>([
    ['oauthAuthorize', { scope: 'user' }, 'oauth'],
    ['authorize', {}, 'oidc'],
  ])('of a session that began at %s, whatever was approved before', async (name, more, type) => {
    await signIn('web');
    await signIn('web', 'oauthAuthorize', { scope: 'user' });
    browser = ruleBrowser(all);
    await signIn('web', name, more);
    expect(await tracked(origin('web'))).toMatchObject({ session: { appId: 'web', type } });
    browser = ruleBrowser(all);
    await signIn('trusted', name, more);
    expect(await tracked(origin('trusted'))).toMatchObject({ session: { appId: 'trusted', type } });
  });

  it('of a client that asks under both issuers, the one of the last time', async () => {
    await signIn('web', 'oauthAuthorize', { scope: 'user' });
    await signIn('web');
    expect(await tracked(origin('web'))).toMatchObject({ session: { type: 'oidc' } });
    await signIn('web', 'oauthAuthorize', { scope: 'user' });
    expect(await tracked(origin('web'))).toMatchObject({ session: { type: 'oauth' } });
  });

  it('a client that was never approved learns that there is somebody, as by prompt=none', async () => {
    await signIn('web');
    expect(await tracked(origin('other'))).toEqual({ session: { appId: 'other', type: 'oidc' }, userInfo: {} });
  });

  it('a client that needs no consent learns what it is registered for', async () => {
    await signIn('web');
    expect(await tracked(origin('trusted'))).toMatchObject({
      session: { userId: 'sub-alice' },
      userInfo: { username: 'alice' },
    });
  });

  it('OpenID Connect Core §8.1: a pairwise client knows the person by its own name', async () => {
    await signIn('pair');
    const { session } = (await tracked(origin('pair'))) as { session: { userId: string } };
    expect(session.userId).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify(await tracked(origin('pair')))).not.toContain('sub-alice');
  });

  it('without an origin it is the browser itself, or no browser: the latest client', async () => {
    await signIn('web');
    all.clock.pass(1);
    await signIn('other');
    expect(await tracked()).toMatchObject({ session: { appId: 'other' } });
    expect(await tracked('https://id.example.test')).toMatchObject({ session: { appId: 'other' } });
  });

  it('RFC 6454 §4: an origin that a client is set to have besides', async () => {
    await signIn('apart');
    expect(await tracked('https://app.elsewhere.test:8443')).toMatchObject({ session: { appId: 'apart' } });
    expect(await tracked('https://app.elsewhere.test')).toEqual({ session: null });
  });

  it.each([
    'https://evil.example',
    'http://web.example.test',
    'https://web.example.test:444',
    'null',
    '',
    'com.example.app:',
  ])('another origin learns nothing: %j', async (from) => {
    await signIn('web');
    const reply = await ask('trackSession', { origin: from });
    expect(reply).toMatchObject({ body: { session: null } });
    expect(Object.keys(reply.headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });

  it('the header that names an application is no credential', async () => {
    await signIn('web');
    const reply = await ask('trackSession', { origin: 'https://evil.example', 'x-authing-app-id': 'web' });
    expect(reply).toMatchObject({ body: { session: null } });
  });
});

describe('logout by script', () => {
  it.each([{}, { app_id: 'web' }, { appId: 'web', deviceId: 'current' }])(
    'ends the session, and says so in JSON: %j',
    async (params) => {
      await signIn('web');
      const reply = await ask('logout', { origin: origin('web') }, params);
      expect(reply).toMatchObject({ kind: 'json', status: 200, body: { code: 200 }, headers: cors(origin('web')) });
      expect(reply.cookies).toMatchObject([
        { name: '__Host-portico_session', value: '', maxAgeSeconds: 0 },
        { name: '__Host-portico_state', value: expect.any(String) },
      ]);
      expect(await tracked(origin('web'))).toEqual({ session: null });
    },
  );

  it('is well also where nobody is signed in', async () => {
    expect(await ask('logout')).toMatchObject({ kind: 'json', status: 200, body: { code: 200 } });
  });

  it.each([
    { origin: 'https://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'document' },
  ])('another site signs nobody out: %j', async (headers) => {
    await signIn('web');
    expect(await ask('logout', headers as Record<string, string>)).toMatchObject({
      kind: 'json',
      status: 403,
      body: { code: 403 },
      cookies: [],
    });
    expect(await tracked(origin('web'))).toMatchObject({ session: { appId: 'web' } });
  });
});
