import { hmacSha256, randomSecret, sameText, sha256, type Cookie, type EndpointRequest } from '@portico/endpoint';

/** Where the cookies travel: over https they are `__Host-`, Secure and sent cross-site (a request may come by POST or in a frame). */
export interface CookiePolicy {
  readonly secure: boolean;
}

/**
 * The cookies of ours: the session's secret, one that tells this browser from others, and one that changes with whoever
 * is signed in, for scripts of ours to read.
 * @see RFC 6265bis §4.1.3.2, OpenID Connect Session Management 1.0 §3.2
 */
export type CookieName = 'session' | 'browser' | 'state';

/** Under which name a browser keeps it. @see RFC 6265bis §4.1.3.2 */
export const fullName = (name: CookieName, { secure }: CookiePolicy): string =>
  `${secure ? '__Host-' : ''}portico_${name}`;

/** The value of one of our cookies. @see RFC 6265 §4.2 */
export const cookieOf = (request: EndpointRequest, name: CookieName, policy: CookiePolicy): string | undefined =>
  request.cookies[fullName(name, policy)];

/** One of our cookies, to be set. @see RFC 6265 §4.1 */
export const cookie = (name: CookieName, value: string, policy: CookiePolicy & { maxAgeSeconds?: number }): Cookie => ({
  name: fullName(name, policy),
  value,
  path: '/',
  httpOnly: name !== 'state',
  secure: policy.secure,
  sameSite: policy.secure ? 'none' : 'lax',
  ...(policy.maxAgeSeconds === undefined ? {} : { maxAgeSeconds: policy.maxAgeSeconds }),
});

/** The removal of one of our cookies. @see RFC 6265 §3.1 */
export const noCookie = (name: CookieName, policy: CookiePolicy): Cookie =>
  cookie(name, '', { ...policy, maxAgeSeconds: 0 });

/** The browser's secret, with the cookie to set where the browser has none yet. */
export const browserOf = (
  request: EndpointRequest,
  policy: CookiePolicy,
): { secret: string; hash: string; cookies: Cookie[] } => {
  const known = cookieOf(request, 'browser', policy);
  const secret = known ?? randomSecret();
  return { secret, hash: sha256(secret), cookies: known ? [] : [cookie('browser', secret, policy)] };
};

/**
 * What a form of ours carries to prove that this browser got it from us: bound to the browser's cookie and a purpose,
 * stored nowhere.
 */
export const csrfToken = (browserSecret: string, purpose: string): string =>
  hmacSha256(browserSecret, `csrf ${purpose}`);

/** Does the form come from this browser's own page? Without the cookie, never. @see RFC 6749 §10.12, RFC 9700 §4.7 */
export const isOurForm = (
  request: EndpointRequest,
  policy: CookiePolicy,
  form: { purpose: string; csrf: string | undefined },
): boolean => {
  const secret = cookieOf(request, 'browser', policy);
  return secret !== undefined && form.csrf !== undefined && sameText(form.csrf, csrfToken(secret, form.purpose));
};
