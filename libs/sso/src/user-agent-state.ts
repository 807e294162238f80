import { hmacSha256, randomSecret, type Cookie, type EndpointRequest } from '@portico/endpoint';
import { cookie, cookieOf, noCookie, type CookiePolicy } from './cookies.js';

// Of the secret, which every sign-in renews: no script can tell from it who is signed in, nor that they are.
const stateOf = (sessionSecret: string): string => hmacSha256(sessionSecret, 'user agent state');

/** What a browser is in, as our own scripts can read it. */
export interface UserAgentState {
  readonly value: string;
  /** The cookie to set, where the browser has another or none. */
  readonly cookies: Cookie[];
}

/**
 * The login state of a browser. There always is one, also where nobody is signed in: a script of ours that finds none
 * knows that its cookies are kept from it, not that the person has gone.
 * @see OpenID Connect Session Management 1.0 §3.2 (OP User Agent state), §5.1
 */
export const userAgentState = (
  request: EndpointRequest,
  policy: CookiePolicy,
  { isLive = true }: { readonly isLive?: boolean } = {},
): UserAgentState => {
  const secret = cookieOf(request, 'session', policy);
  const known = cookieOf(request, 'state', policy);
  const ofSession = secret === undefined ? undefined : stateOf(secret);
  const ofNobody = known === undefined || known === ofSession ? randomSecret() : known;
  const value = ofSession !== undefined && isLive ? ofSession : ofNobody;
  return { value, cookies: value === known ? [] : [cookie('state', value, policy)] };
};

/** The cookies of a browser in which somebody has signed in. @see OpenID Connect Session Management 1.0 §3.2 */
export const signedInCookies = (secret: string, policy: CookiePolicy & { maxAgeSeconds: number }): Cookie[] => [
  cookie('session', secret, policy),
  cookie('state', stateOf(secret), policy),
];

/** The cookies of a browser in which nobody is signed in any more. @see OpenID Connect Session Management 1.0 §3.2 */
export const signedOutCookies = (policy: CookiePolicy): Cookie[] => [
  noCookie('session', policy),
  cookie('state', randomSecret(), policy),
];
