import * as client from 'openid-client';
import { httpBrowser } from './http-browser.js';
import { issuer } from './provider.js';
import { secret } from './setup/declaration.js';

const authentication = (id: string): client.ClientAuth => {
  if (id === 'spa' || id === 'tv') return client.None();
  return id === 'post' ? client.ClientSecretPost(secret) : client.ClientSecretBasic(secret);
};

// eslint-disable-next-line @typescript-eslint/no-deprecated -- marked so to stand out; these tests speak http on the loopback address
const overHttp = client.allowInsecureRequests;

/** A client of the declaration, on openid-client. */
export const configuration = (id: string): Promise<client.Configuration> =>
  client.discovery(new URL(issuer), id, {}, authentication(id), { execute: [overHttp] });

/** What one sign-in gives. */
export interface SignedIn {
  readonly config: client.Configuration;
  readonly browser: ReturnType<typeof httpBrowser>;
  readonly callback: URL;
  readonly checks: client.AuthorizationCodeGrantChecks;
}

/** Signs a person in up to the callback, with everything openid-client checks. */
export const toCallback = async (
  id: string,
  more: Record<string, string> = {},
  browser = httpBrowser(),
): Promise<SignedIn> => {
  const config = await configuration(id);
  const pkceCodeVerifier = client.randomPKCECodeVerifier();
  const [expectedState, expectedNonce] = [client.randomState(), client.randomNonce()];
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: `https://${id}.example.test/cb`,
    scope: 'openid profile email offline_access',
    prompt: 'consent',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...more,
  });
  const landing = await browser.through(await browser.open(url.href));
  return {
    config,
    browser,
    callback: new URL(landing.url),
    checks: { pkceCodeVerifier, expectedState, expectedNonce },
  };
};

/** The same, and the code exchanged. */
export const signIn = async (id: string, more: Record<string, string> = {}, browser = httpBrowser()) => {
  const signedIn = await toCallback(id, more, browser);
  const tokens = await client.authorizationCodeGrant(signedIn.config, signedIn.callback, signedIn.checks);
  return { ...signedIn, tokens };
};
