import { beforeEach, describe, expect, it } from '@jest/globals';
import { httpBrowser } from './http-browser.js';
import { origin } from './provider.js';

// The requests of authing-js-sdk and @authing/sso that hang on the session's cookie, as they were recorded.
const id = '5c9b079883e333d55a101084';
const page = `https://${id}.example.test`;
const asked = 'x-authing-app-id,x-authing-lang,x-authing-request-from,x-authing-sdk-version';

let browser: ReturnType<typeof httpBrowser>;
const signIn = async () => {
  browser = httpBrowser();
  const query = new URLSearchParams({
    client_id: id,
    redirect_uri: `${page}/cb`,
    response_type: 'code',
    scope: 'openid profile email',
    state: '1',
  });
  await browser.through(await browser.open(`${origin}/oidc/auth?${query.toString()}`));
};
beforeEach(signIn);

const send = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(origin + path, {
    method,
    redirect: 'manual',
    headers: { cookie: [...browser.cookies].map(([name, value]) => `${name}=${value}`).join('; '), ...headers },
    signal: AbortSignal.timeout(15_000),
  });
const probe = async (from?: string) => {
  const response = await send('/cas/session', from === undefined ? {} : { origin: from });
  return { response, body: (await response.json()) as Record<string, unknown> };
};
const isSignedIn = async () => (await probe()).body.session !== null;

describe('GET /cas/session', () => {
  it('tells a registered origin who is signed in, with credentials', async () => {
    const { response, body } = await probe(page);
    expect(body).toMatchObject({
      session: { appId: id, type: 'oidc', userId: expect.any(String) },
      userInfo: { _id: expect.any(String), email: 'anna@example.test' },
    });
    expect(response.headers.get('access-control-allow-origin')).toBe(page);
    expect(response.headers.get('access-control-allow-credentials')).toBe('true');
    expect(response.headers.get('vary')).toContain('origin');
    expect(response.headers.get('cache-control')).toContain('no-store');
  });

  it('tells another origin nothing that it could read', async () => {
    const { response, body } = await probe('https://evil.example');
    expect(body).toEqual({ session: null });
    expect(response.headers.has('access-control-allow-origin')).toBe(false);
    expect(response.headers.has('access-control-allow-credentials')).toBe(false);
  });

  it('nobody is signed in: null', async () => {
    browser.cookies.clear();
    expect((await probe(page)).body).toEqual({ session: null });
  });

  it('the preflight of the SDKs, the four headers of sso 1.9 among them', async () => {
    const more = 'x-authing-oidc-code,x-authing-oidc-accesstoken,x-authing-oauth-code,x-authing-oauth-accesstoken';
    const headers = {
      origin: page,
      'access-control-request-method': 'GET',
      'access-control-request-headers': `${asked},${more}`,
    };
    for (const path of ['/cas/session', '/logout', '/oidc/token']) {
      const response = await send(path, headers, 'OPTIONS');
      expect(response.ok).toBe(true);
      expect(response.headers.get('access-control-allow-origin')).toBe(page);
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      const allowed = response.headers.get('access-control-allow-headers')!.split(', ');
      expect(allowed).toEqual(expect.arrayContaining(`${asked},${more}`.split(',')));
    }
  });
});

describe('logout by script', () => {
  it.each([`/api/v2/logout?app_id=${id}`, `/logout?appId=${id}&deviceId=current`, '/logout', '/cas/logout'])(
    'GET %s: JSON, and the session is over',
    async (path) => {
      const response = await send(path, { origin: page, 'x-authing-app-id': id });
      expect(response.status).toBe(200);
      expect(await response.json()).toMatchObject({ code: 200 });
      expect(response.headers.get('access-control-allow-credentials')).toBe('true');
      expect(await isSignedIn()).toBe(false);
      expect(await (await send(path)).json()).toMatchObject({ code: 200 });
    },
  );

  it('another site signs nobody out', async () => {
    expect((await send('/logout', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await send('/logout', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' })).status).toBe(403);
    expect(await isSignedIn()).toBe(true);
  });
});

describe('GET /login/profile/logout', () => {
  it.each([
    ['', undefined],
    [`?redirect_uri=${page}/bye`, `${page}/bye`],
    [`?redirect_uri=${encodeURIComponent(`${page}/cb`)}`, `${page}/cb`],
    [`?redirect_uri=${page}/bye&app_id=${id}`, `${page}/bye`],
    ['?redirect_uri=https://evil.example/', undefined],
  ])('%s ends the session, and goes only where a client has registered', async (query, location) => {
    const response = await send(`/login/profile/logout${query}`);
    expect(response.headers.get('location')).toBe(location ?? null);
    expect(response.headers.getSetCookie().join()).toMatch(/portico_session=;.*Max-Age=0/);
    expect(await isSignedIn()).toBe(false);
  });

  it('where the session is over, goes to a URI of a client that was in it; where none is known, stays', async () => {
    await send('/logout');
    for (const path of ['/login/profile/logout?redirect_uri=', '/oidc/session/end?post_logout_redirect_uri=']) {
      expect((await send(`${path}${page}/bye`)).headers.get('location')).toBe(`${page}/bye`);
      expect((await send(`${path}https://evil.example/`)).status).toBe(400);
      const response = await fetch(`${origin}${path}${page}/bye`, { redirect: 'manual' });
      expect([response.status, response.headers.get('location')]).toEqual([200, null]);
    }
  });

  it('a picture on another site does not', async () => {
    const response = await send('/login/profile/logout', { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'image' });
    expect(response.status).toBe(403);
    expect(await isSignedIn()).toBe(true);
  });
});
