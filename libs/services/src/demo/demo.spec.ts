import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { urlOf } from '@portico/contracts';
import { json, redirect, single, type EndpointRequest, type Params } from '@portico/endpoint';
import { freePort } from '@portico/local';
import { clientMetadataSchema } from '@portico/oidc';
import { claimsSchema } from '@portico/sso';
import type { Browser, BrowserContext, Page } from 'playwright-core';
import { complaintsOf, launchChromium } from '@portico/testing';
import { startGateway } from '../gateway/gateway.fixture.js';
import { demoAccount, demoClient, mountDemo } from './index.js';

const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object) => `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`;

const paramsOf = (request: EndpointRequest): Params => single(request, Object.keys(request.params));

// A browser beside other tests on a small machine takes its time.
jest.setTimeout(60_000);

describe('the demo relying party', () => {
  let browser: Browser;
  let context: BrowserContext;
  let tab: Page;
  let complaints: string[];
  let gateway: Awaited<ReturnType<typeof startGateway>>;
  let issuer: string;
  let asked: Params;
  /** What the provider answers to the authorization request. */
  let respond: (request: Params) => Record<string, string>;
  let idToken: () => object;

  beforeAll(async () => {
    const port = await freePort();
    issuer = `http://127.0.0.1:${port}/oidc`;
    const { client_id: clientId } = demoClient(new URL(issuer).origin);
    gateway = await startGateway(
      {
        discovery: () =>
          Promise.resolve(
            json(200, {
              issuer,
              authorization_endpoint: urlOf('authorize', { issuer }),
              token_endpoint: urlOf('token', { issuer }),
              userinfo_endpoint: urlOf('userinfo', { issuer }),
              end_session_endpoint: urlOf('endSession', { issuer }),
            }),
          ),
        authorize: (request) => {
          asked = paramsOf(request);
          return Promise.resolve(redirect(`${asked.redirect_uri}?${new URLSearchParams(respond(asked)).toString()}`));
        },
        token: (request) => {
          const params = paramsOf(request);
          const challenge = createHash('sha256')
            .update(params.code_verifier ?? '')
            .digest('base64url');
          const ok =
            params.grant_type === 'refresh_token' ? params.refresh_token === 'rt1' : challenge === asked.code_challenge;
          if (!ok || params.client_id !== clientId) return Promise.resolve(json(400, { error: 'invalid_grant' }));
          const refreshed = params.grant_type === 'refresh_token';
          const tokens = { access_token: jwt({ scope: asked.scope }), token_type: 'Bearer', expires_in: 3600 };
          return Promise.resolve(
            json(
              200,
              refreshed
                ? { ...tokens, refresh_token: 'rt2' }
                : { ...tokens, refresh_token: 'rt1', id_token: jwt(idToken()) },
            ),
          );
        },
        userinfo: ({ headers }) =>
          Promise.resolve(
            headers.authorization?.startsWith('Bearer ey')
              ? json(200, { sub: 's', name: 'Alice 你好' })
              : json(401, {}),
          ),
        endSession: (request) => Promise.resolve(redirect(paramsOf(request).post_logout_redirect_uri ?? '/lost')),
      },
      { issuer, port, mount: (fastify) => mountDemo(fastify, { issuer, clientId }) },
    );
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await gateway.close();
  });
  beforeEach(async () => {
    context = await browser.newContext();
    tab = await context.newPage();
    tab.setDefaultTimeout(15_000);
    complaints = complaintsOf(tab);
    respond = ({ state }) => ({ code: 'c0de', state: state!, iss: issuer });
    idToken = () => ({ iss: issuer, aud: asked.client_id, sub: 's', nonce: asked.nonce, exp: Date.now() / 1000 + 60 });
  });

  afterEach(() => context.close());

  const signIn = async () => {
    await tab.goto(`${gateway.url}/`);
    await tab.getByRole('button', { name: 'Sign in' }).click();
  };

  it('RFC 7636: signs in by code + PKCE, refreshes, and signs out', async () => {
    await signIn();
    await tab.getByRole('heading', { name: 'Hello, Alice 你好' }).waitFor();
    expect(asked).toMatchObject({ response_type: 'code', code_challenge_method: 'S256', prompt: 'consent' });
    expect(tab.url()).toBe(`${gateway.url}/`);
    expect(await tab.textContent('#id-token')).toContain(asked.nonce);
    expect(await tab.textContent('#userinfo-claims')).toContain('Alice 你好');
    await tab.getByRole('button', { name: 'Refresh' }).click();
    await tab.getByText('New tokens at').waitFor();
    expect(await tab.textContent('#response')).toContain('rt2');
    await tab.reload();
    await tab.getByRole('heading', { name: 'Hello, Alice 你好' }).waitFor();
    await tab.getByRole('button', { name: 'Sign out' }).click();
    await tab.getByRole('heading', { name: 'You are not signed in' }).waitFor();
    const end = paramsOf(gateway.requests.find(({ url }) => url.startsWith('/oidc/session/end'))!);
    expect(end.id_token_hint).toMatch(/^ey/);
    expect(complaints).toEqual([]);
  });

  it.each<[string, () => void, RegExp]>([
    ['another state (RFC 6749 §10.12)', () => (respond = () => ({ code: 'c', state: 'x', iss: issuer })), /state/],
    [
      'another issuer (RFC 9207 §2.4)',
      () => (respond = ({ state }) => ({ code: 'c', state: state!, iss: 'x' })),
      /issuer/,
    ],
    [
      'an error (RFC 6749 §4.1.2.1)',
      () => (respond = ({ state }) => ({ error: 'access_denied', state: state!, iss: issuer })),
      /access_denied/,
    ],
    [
      'another nonce (OpenID Connect Core 1.0 §3.1.3.7)',
      () => (idToken = () => ({ iss: issuer, aud: asked.client_id, nonce: 'x' })),
      /nonce/,
    ],
  ])('signs nobody in on %s', async (_what, prepare, words) => {
    prepare();
    await signIn();
    const alert = tab.getByRole('alert');
    await alert.waitFor();
    expect(await alert.textContent()).toMatch(words);
    expect(await tab.getByRole('button', { name: 'Sign in' }).isVisible()).toBe(true);
  });

  it('shows the demo person, and runs no script but its own', async () => {
    const response = await tab.goto(`${gateway.url}/`);
    expect(response!.headers()['content-security-policy']).toContain("script-src 'self'");
    await tab.getByText(demoAccount.username, { exact: true }).waitFor();
    expect(await tab.getByText(demoAccount.password).isVisible()).toBe(true);
  });

  it('is a client and a person that the provider takes', () => {
    const { client_id: clientId, ...metadata } = demoClient('http://127.0.0.1:3000');
    const { username, password, ...claims } = demoAccount;
    expect(clientId).toMatch(/^[0-9a-f]{24}$/);
    expect(clientMetadataSchema.parse(metadata)).toMatchObject(metadata);
    expect(claimsSchema.parse(claims)).toEqual(claims);
    expect([username, password]).toEqual(['alice', 'correct horse battery staple']);
  });
});
