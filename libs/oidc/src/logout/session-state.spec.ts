import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Cookie, EndpointReply } from '@portico/endpoint';
import { get, paramsOf, post, ruleBrowser, rules, signedIn, type Rules, type SignedIn } from '@portico/testing';
import { decodeJwt } from 'jose';

const name = '__Host-portico_state';
const web = {
  client_id: 'web',
  redirect_uri: 'https://web.example.test/cb',
  response_type: 'code',
  scope: 'openid',
  state: 's',
};

const sidOf = ({ id_token }: SignedIn) => String(decodeJwt(id_token).sid);

let all: Rules;
let alice: SignedIn;
beforeEach(async () => {
  all = await rules({
    web: { grant_types: ['authorization_code', 'implicit'], response_types: ['code', 'id_token', 'none'] },
    second: { consent: 'skip' },
    star: {
      consent: 'skip',
      redirect_uri_wildcards: true,
      redirect_uris: ['https://*.star.example.test/cb', 'https://star.example.test/cb'],
    },
    phone: { application_type: 'native', redirect_uris: ['http://127.0.0.1/cb', 'com.example.phone:/cb'] },
    cors: { allowed_cors_origins: ['https://beside.example.test'] },
  });
  alice = await signedIn(all, 'web');
});

/** As the page of the provider computes it in the browser. */
const status = (told: string | undefined, clientId: string, origin: string, cookie: string | undefined) => {
  const [hash, salt] = (told ?? '').split('.');
  const text = `${clientId} ${origin} ${cookie ?? ''} ${salt}`;
  return createHash('sha256').update(text).digest('base64url') === hash ? 'unchanged' : 'changed';
};
const ask = (more: Record<string, string> = {}, browser = alice.browser) =>
  browser.get('authorize', { ...web, ...more });
const told = async (more: Record<string, string> = {}, browser = alice.browser) =>
  paramsOf(await ask({ prompt: 'none', ...more }, browser)).session_state;
const stateOf = (cookies: readonly Cookie[]) => cookies.find((one) => one.name === name);

describe('OpenID Connect Session Management 1.0 §2: session_state', () => {
  it.each(['query', 'fragment', 'form_post'])('is in the response by %s, without a space', async (response_mode) => {
    expect(await told({ response_mode })).toMatch(/^[!-~]+\.[!-~]+$/);
  });

  it('is in a web message', async () => {
    const reply = await ask({ prompt: 'none', response_mode: 'web_message' });
    expect(reply).toMatchObject({ kind: 'web_message', params: { session_state: expect.any(String) } });
  });

  it.each(['id_token', 'none'])('is in the response to %s', async (response_type) => {
    expect(await told({ response_type, nonce: 'n' })).toEqual(expect.any(String));
  });

  it('is in an error response too, whether somebody is signed in or not', async () => {
    const nobody = paramsOf(await all.endpoints.authorize(get({ ...web, prompt: 'none' })));
    expect(nobody).toMatchObject({ error: 'login_required', session_state: expect.any(String) });
    const refused = paramsOf(await ask({ scope: 'openid', response_type: 'code token' }));
    expect(refused).toMatchObject({ error: 'unauthorized_client', session_state: expect.any(String) });
  });

  it('is not in a response without openid', async () => {
    expect(paramsOf(await ask({ scope: 'profile', prompt: 'none' }))).not.toHaveProperty('session_state');
    const oauth = await alice.browser.get('oauthAuthorize', { ...web, scope: 'user', prompt: 'none' });
    expect(paramsOf(oauth)).not.toHaveProperty('session_state');
  });
});

describe('OpenID Connect Session Management 1.0 §3.2: what it says', () => {
  it('is computed from client, origin and the state of the browser, with a salt of its own each time', async () => {
    const [one, other] = [await told(), await told()];
    expect(one).not.toBe(other);
    for (const state of [one, other])
      expect(status(state, 'web', 'https://web.example.test', alice.browser.cookies[name])).toBe('unchanged');
  });

  it.each([
    ['another client', 'second', 'https://web.example.test'],
    ['another origin', 'web', 'https://evil.example.test'],
  ])('%s cannot use it', async (_, id, origin) => {
    expect(status(await told(), id, origin, alice.browser.cookies[name])).toBe('changed');
  });

  it('goes on being true while other clients come along', async () => {
    const before = await told();
    const second = { client_id: 'second', redirect_uri: 'https://second.example.test/cb' };
    expect(paramsOf(await ask({ ...second, prompt: 'none' }))).toHaveProperty('code');
    expect(status(before, 'web', 'https://web.example.test', alice.browser.cookies[name])).toBe('unchanged');
  });

  it.each([
    ['logout', (browser: SignedIn['browser']) => browser.get('endSession', { id_token_hint: alice.id_token })],
    ['logout by a link', (browser: SignedIn['browser']) => browser.get('easyLogout', {})],
    ['logout by script', (browser: SignedIn['browser']) => browser.get('logout', {})],
    ['another sign-in', async (browser: SignedIn['browser']) => browser.answer(await ask({ prompt: 'login' }))],
    ['another person', async (browser: SignedIn['browser']) => browser.answer(await ask({ prompt: 'login' }), 'bob')],
  ])('%s changes it', async (_, act) => {
    const before = await told();
    await act(alice.browser);
    const { [name]: cookie } = alice.browser.cookies;
    expect(cookie).toEqual(expect.any(String));
    expect(status(before, 'web', 'https://web.example.test', cookie)).toBe('changed');
  });

  it('says of nobody that nothing has changed, until somebody signs in', async () => {
    const browser = ruleBrowser(all);
    const nobody = await told({}, browser);
    expect(status(nobody, 'web', 'https://web.example.test', browser.cookies[name])).toBe('unchanged');
    expect(await told({}, browser)).not.toBe(nobody);
    await browser.answer(await ask({}, browser));
    expect(status(nobody, 'web', 'https://web.example.test', browser.cookies[name])).toBe('changed');
  });

  it('the cookie is there for scripts, and tells nothing of the person or the session', async () => {
    const browser = ruleBrowser(all);
    const signIn = await ask({}, browser);
    if (signIn.kind !== 'page' || signIn.page.name !== 'sign-in') throw new Error('nobody is asked to sign in');
    const { interaction, csrf } = signIn.page;
    const form = { interaction, csrf, identifier: 'alice', password: 'correct horse battery staple' };
    const { cookies } = await all.endpoints.signIn(post(form, { cookies: browser.cookies }));
    const [session, state] = ['__Host-portico_session', name].map((one) =>
      cookies.find((cookie) => cookie.name === one),
    );
    expect(state).toMatchObject({ httpOnly: false, secure: true, sameSite: 'none', path: '/' });
    expect(session).toMatchObject({ httpOnly: true });
    expect(state!.maxAgeSeconds).toBe(session!.maxAgeSeconds);
    expect(state!.value).toMatch(/^[\w-]{43}$/);
    expect(state!.value).not.toBe(session!.value);
  });
});

describe('OpenID Connect Session Management 1.0 §3.3: check_session_iframe', () => {
  const frame = (cookies: Record<string, string> = alice.browser.cookies): Promise<EndpointReply> =>
    all.endpoints.checkSession(get({}, { cookies: { ...cookies } }));

  it('is a page that knows the cookie, and leaves it as it is', async () => {
    expect(await frame()).toMatchObject({ kind: 'check_session', status: 200, cookie: name, cookies: [] });
  });

  it('§5.1: sets one where there is none, so that its script can tell a browser that keeps it back', async () => {
    const { cookies } = await frame({});
    expect(stateOf(cookies)).toMatchObject({ value: expect.stringMatching(/^[\w-]{43}$/), httpOnly: false });
  });

  it('a browser of before it was there gets the one of its session', async () => {
    const { [name]: known, ...others } = alice.browser.cookies;
    expect(stateOf((await frame(others)).cookies)).toMatchObject({ value: known });
  });

  it.each([
    ['ended elsewhere', () => all.stores.sessions.end(sidOf(alice), 'ended_by_operator', all.clock())],
    [
      'run out',
      () => {
        all.clock.pass(3600);
        return Promise.resolve(true);
      },
    ],
  ])('a session that has %s is no longer told of', async (_, end) => {
    const before = await told();
    await end();
    const { cookies } = await frame();
    expect(stateOf(cookies)).toBeDefined();
    expect(status(before, 'web', 'https://web.example.test', stateOf(cookies)!.value)).toBe('changed');
  });
});

describe('OpenID Connect Session Management 1.0 §3.2: only from an expected origin', () => {
  const verdict = async (params: Record<string, string | string[]>) =>
    (await all.endpoints.checkSession(post(params))).status;

  it.each([
    ['web', 'https://web.example.test'],
    ['star', 'https://a.star.example.test'],
    ['star', 'https://star.example.test'],
    ['phone', 'http://127.0.0.1:4711'],
    ['cors', 'https://beside.example.test'],
  ])('%s is asked about from %s', async (client_id, origin) => {
    expect(await verdict({ client_id, origin })).toBe(204);
  });

  it.each([
    ['web', 'https://second.example.test'],
    ['web', 'http://web.example.test'],
    ['web', 'https://web.example.test:8443'],
    ['web', 'https://web.example.test/cb'],
    ['web', 'https://web.example.test.evil.test'],
    ['web', 'null'],
    ['web', ''],
    ['star', 'https://evilstar.example.test'],
    ['star', 'https://*.star.example.test'],
    ['phone', 'http://127.0.0.2:4711'],
    ['phone', 'null'],
    ['nobody', 'https://web.example.test'],
    ['', 'https://web.example.test'],
    ['web', `https://${'a'.repeat(10_000)}.test`],
  ])('%s is not asked about from %.60s', async (client_id, origin) => {
    expect(await verdict({ client_id, origin })).toBe(403);
  });

  it('a parameter that comes twice is refused', async () => {
    expect(await verdict({ client_id: ['web', 'web'], origin: 'https://web.example.test' })).toBe(400);
  });
});
