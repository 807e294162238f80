import { createServer } from 'node:http';
import { afterAll, describe, expect, it } from '@jest/globals';
import { complaintsOf } from '@portico/testing';
import { decodeJwt } from 'jose';
import { chromiumTab, listenAnywhere } from './application.js';
import { issuer, origin } from './provider.js';
import { secret } from './setup/declaration.js';

// Every application, each under its own name.
const visited: string[] = [];
const applications = createServer((request, response) => {
  visited.push(`http://${request.headers.host ?? ''}${request.url ?? ''}`);
  response.setHeader('content-type', 'text/html').end('<!doctype html><title>application</title>');
});
afterAll(() => void applications.close());
const tab = chromiumTab({
  flags: async () => [`--host-resolver-rules=MAP *.example.test 127.0.0.1:${await listenAnywhere(applications)}`],
  isHome: ({ hostname }) => hostname.endsWith('.example.test'),
});

const at = (id: string, path: string) => `http://${id}.example.test${path}`;
const authorization = (id: string) =>
  `${issuer}/auth?${new URLSearchParams({ client_id: id, redirect_uri: at(id, '/cb'), response_type: 'code', scope: 'openid' }).toString()}`;
const tokensOf = async (id: string): Promise<string> => {
  const code = new URL(tab().page.url()).searchParams.get('code') ?? '';
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` },
    body: new URLSearchParams({ grant_type: 'authorization_code', code, redirect_uri: at(id, '/cb') }),
    signal: AbortSignal.timeout(15_000),
  });
  return ((await response.json()) as { id_token: string }).id_token;
};
/** Signs in at one application, and goes on to the others. */
const signedInAt = async (first: string, ...others: string[]) => {
  await tab().page.goto(authorization(first));
  await tab().signIn();
  const hint = await tokensOf(first);
  for (const id of others) await tab().page.goto(authorization(id));
  visited.length = 0;
  return { hint, sid: String(decodeJwt(hint).sid) };
};
const isSignedIn = async () => {
  await tab().page.goto(`${authorization('frame-one')}&prompt=none`);
  return new URL(tab().page.url()).searchParams.has('code');
};
const without = (...paths: string[]) => visited.filter((url) => !paths.some((path) => url.endsWith(path)));

describe('OpenID Connect Front-Channel Logout 1.0 §3, in Chromium', () => {
  it('RP-Initiated Logout 1.0 §2, §3: every application is told before the browser is back at the one that asked', async () => {
    const { hint, sid } = await signedInAt('frame-one', 'frame-two', 'first-party');
    const complaints = complaintsOf(tab().page);
    const query = new URLSearchParams({
      id_token_hint: hint,
      post_logout_redirect_uri: at('frame-one', '/bye'),
      state: 'a b',
    });
    await tab().page.goto(`${issuer}/session/end?${query.toString()}`);
    await tab().page.waitForURL(at('frame-one', '/bye?state=a+b'));
    const told = without('/favicon.ico');
    expect(told.slice(0, -1).sort()).toEqual([
      `${at('frame-one', '/out?of=us')}&${new URLSearchParams({ iss: issuer, sid }).toString()}`,
      at('frame-two', '/out?of=us'),
    ]);
    expect(told.at(-1)).toBe(at('frame-one', '/bye?state=a+b'));
    expect(complaints).toEqual([]);
    expect(await isSignedIn()).toBe(false);
  });

  it('§2: after the question, and where the browser stays', async () => {
    await signedInAt('frame-one', 'frame-two');
    await tab().page.goto(`${issuer}/session/end`);
    await tab().page.click('button[value=stay]');
    expect(without('/favicon.ico')).toEqual([]);
    await tab().page.goto(`${issuer}/session/end`);
    await tab().page.click('button[value=logout]');
    await tab().page.waitForSelector('[data-page=logged-out]');
    await tab().page.waitForLoadState();
    expect(without('/favicon.ico')).toHaveLength(2);
    expect(await isSignedIn()).toBe(false);
  });

  it('a logout by a link tells them too, and goes on', async () => {
    await signedInAt('frame-one', 'frame-two');
    await tab().page.goto(`${origin}/login/profile/logout?redirect_uri=${at('frame-one', '/bye')}`);
    await tab().page.waitForURL(at('frame-one', '/bye'));
    expect(without('/favicon.ico')).toHaveLength(3);
  });

  it('an application that ends the session in a hidden frame of its own gets it back there', async () => {
    const { hint } = await signedInAt('frame-one', 'frame-two');
    const query = new URLSearchParams({ id_token_hint: hint, post_logout_redirect_uri: at('frame-one', '/bye') });
    await tab().page.goto(at('frame-one', '/'));
    await tab().run(`const frame = document.createElement('iframe');
      frame.src = '${issuer}/session/end?${query.toString()}';
      document.body.append(frame);`);
    await expect(
      tab().page.waitForEvent('framenavigated', (frame) => frame.url() === at('frame-one', '/bye')),
    ).resolves.toBeDefined();
  });
});
