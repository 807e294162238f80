import { person, redirectUri, type Face } from './discovered.js';
import { jwtOf } from './discovered-keys.js';
import { httpBrowser } from './http-browser.js';
import { secret } from './setup/declaration.js';

export type Texts = Readonly<Record<string, string>>;

export const basic = (id: string): Texts => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
});

// S256 of `verifier`: the example of RFC 7636 Appendix B.
export const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk';
export const challenge = 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM';

const bearerType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';

/** How an application shows who it is, by that method. */
export const proof = async (
  { issuer }: Face,
  id: string,
  [method, alg]: readonly [string, string],
): Promise<{ body: Texts; headers: Texts }> => {
  switch (method) {
    case 'none':
      return { body: { client_id: id }, headers: {} };
    case 'client_secret_basic':
      return { body: {}, headers: basic(id) };
    case 'client_secret_post':
      return { body: { client_id: id, client_secret: secret }, headers: {} };
    default: {
      const assertion = await jwtOf(alg, { iss: id, sub: id, aud: issuer });
      return { body: { client_assertion: assertion, client_assertion_type: bearerType }, headers: {} };
    }
  }
};

/** Requests to the endpoints that a face advertises. */
export const callsOf = ({ metadata }: Face) => {
  const urlOf = (endpoint: string) => metadata[endpoint] as string;
  const call = (endpoint: string, init: RequestInit = {}, query = '') =>
    fetch(urlOf(endpoint) + query, { redirect: 'manual', signal: AbortSignal.timeout(15_000), ...init });
  const post = (endpoint: string, body: Texts, headers: Texts = {}) =>
    call(endpoint, { method: 'POST', headers, body: new URLSearchParams(body) });
  const asked = async (endpoint: string, body: Texts, headers: Texts = {}) =>
    (await (await post(endpoint, body, headers)).json()) as Texts;
  const userinfo = ({ access_token: token = '' }: Texts) =>
    call('userinfo_endpoint', { headers: { authorization: `Bearer ${token}` } });
  return { urlOf, call, post, asked, userinfo };
};

/** Requests of applications that work with a face, and a person who answers what they are asked. */
export const flowOf = (face: Face, of = { client: 'discovery', person: person.username }) => {
  const { origin } = new URL(face.issuer);
  const calls = callsOf(face);
  const request = {
    client_id: of.client,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: face.scope,
    state: 'the-state',
    nonce: 'the-nonce',
  };
  const urlFor = (params: Texts) =>
    `${calls.urlOf('authorization_endpoint')}?${new URLSearchParams({ ...request, ...params }).toString()}`;
  const home = httpBrowser(origin);

  /** The first page, or where the browser leaves at once; somebody who is not signed in, unless it is said. */
  const opened = (params: Texts, browser = httpBrowser(origin)) => browser.open(urlFor(params));
  /** Where a request ends once everything was answered that the person was asked. */
  const landing = async (params: Texts, browser = home) => browser.through(await opened(params, browser), of.person);
  const answerTo = async (params: Texts, browser = home): Promise<Texts> => answerIn(await landing(params, browser));
  const redeemed = async (answer: Texts, id = of.client, more: Texts = {}): Promise<Texts> =>
    calls.asked(
      'token_endpoint',
      { grant_type: 'authorization_code', code: answer.code ?? '', redirect_uri: request.redirect_uri, ...more },
      basic(id),
    );
  const signedIn = async (params: Texts, browser = home): Promise<Texts> => {
    const { client_id: id, redirect_uri } = { ...request, ...params };
    return redeemed(await answerTo(params, browser), id, { redirect_uri });
  };
  const told = async (tokens: Texts) =>
    (await (await calls.userinfo(tokens)).json()) as Readonly<Record<string, unknown>>;
  const browser = () => httpBrowser(origin);
  return { ...calls, request, home, browser, opened, landing, answerTo, redeemed, signedIn, told };
};

/** The parameters with which the browser was sent away. */
export const answerIn = ({ url }: { readonly url: string }): Texts => {
  const { search, hash } = new URL(url);
  return Object.fromEntries([...new URLSearchParams(search), ...new URLSearchParams(hash.slice(1))]);
};
