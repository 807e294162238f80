import { expect } from '@jest/globals';
import { advertised, jwtOf, redirectUri } from './discovered.js';
import { httpBrowser } from './http-browser.js';
import { secret } from './setup/declaration.js';

export type Texts = Readonly<Record<string, string>>;

export const basic = (id: string): Texts => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});
export const post = (endpoint: string, body: Texts, headers: Texts = {}) =>
  fetch(advertised[endpoint] as string, {
    method: 'POST',
    headers,
    body: new URLSearchParams(body),
    signal: AbortSignal.timeout(15_000),
  });
export const asked = async (endpoint: string, body: Texts, headers: Texts = {}) =>
  (await (await post(endpoint, body, headers)).json()) as Texts;

// S256 of `verifier`: the example of RFC 7636 Appendix B.
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';
export const request = {
  client_id: 'discovery',
  redirect_uri: redirectUri,
  response_type: 'code',
  scope: 'openid',
  state: 'the-state',
  nonce: 'the-nonce',
};

const anna = httpBrowser();
/** Where a request ends once everything was answered that the person was asked. */
export const landing = async (params: Texts, browser = anna) => {
  const query = new URLSearchParams({ ...request, ...params }).toString();
  return browser.through(await browser.open(`${advertised.authorization_endpoint as string}?${query}`));
};
export const answerTo = async (params: Texts, browser = anna): Promise<Texts> => {
  const { search, hash } = new URL((await landing(params, browser)).url);
  return Object.fromEntries([...new URLSearchParams(search), ...new URLSearchParams(hash.slice(1))]);
};
export const redeemed = async ({ code = '' }: Texts, id: string, more: Texts = {}): Promise<Texts> =>
  asked('token_endpoint', { grant_type: 'authorization_code', code, redirect_uri: redirectUri, ...more }, basic(id));
export const signedIn = async (params: Texts): Promise<Texts> =>
  redeemed(await answerTo(params), params.client_id ?? request.client_id);
export const userinfo = async ({ access_token: token = '' }: Texts): Promise<string> => {
  const response = await fetch(advertised.userinfo_endpoint as string, {
    headers: { authorization: `Bearer ${token}` },
    signal: AbortSignal.timeout(15_000),
  });
  expect(response.status).toBe(200);
  return response.text();
};

/** The first page that a person sees who is not signed in. */
export const fresh = (params: Texts) =>
  httpBrowser().open(
    `${advertised.authorization_endpoint as string}?${new URLSearchParams({ ...request, ...params }).toString()}`,
  );

/** How an application shows who it is, by that method. */
export const proof = async (
  id: string,
  [method, alg]: readonly [string, string],
): Promise<{ body: Texts; headers: Texts }> => {
  const type = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
  switch (method) {
    case 'none':
      return { body: { client_id: id }, headers: {} };
    case 'client_secret_basic':
      return { body: {}, headers: basic(id) };
    case 'client_secret_post':
      return { body: { client_id: id, client_secret: secret }, headers: {} };
    default: {
      const assertion = await jwtOf(id, alg, { sub: id });
      return { body: { client_assertion: assertion, client_assertion_type: type }, headers: {} };
    }
  }
};
