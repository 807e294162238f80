import { matchesPattern } from './redirect-uri-pattern.js';
import { asksForTokens } from './response-types/asks-for-tokens.js';

const never = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'about:', 'file:', 'view-source:', 'ws:', 'wss:']);

/**
 * May this URI be registered as a redirect URI: absolute, no fragment, no scheme that runs in the browser?
 * @see RFC 6749 §3.1.2, RFC 8252 §7.1
 */
export const isRedirectUri = (uri: string): boolean => {
  if (!URL.canParse(uri) || uri.includes('#') || /[\s\\]/.test(uri)) return false;
  return !never.has(new URL(uri).protocol);
};

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(:\d{1,5})?(?=[/?]|$)/;
const withoutPort = (uri: string): string => uri.replace(loopback, 'http://$1');

/** What lets a URI differ from the one that was registered. */
interface Leeway {
  readonly application_type?: 'web' | 'native';
  readonly redirect_uri_wildcards?: boolean;
}

/**
 * Is it one of the registered URIs? Compared character by character; only the port of a native application's loopback
 * address is free, and what stands at a `*`, where the client is set to use them.
 * @see RFC 9700 §2.1; OpenID Connect Core 1.0 §14; RFC 8252 §7.2, §7.3, §8.4; Browser-Based Applications §6.3.3.2.1
 */
export const isRegistered = (uri: string, registered: readonly string[], leeway: Leeway = {}): boolean => {
  if (registered.includes(uri) && !uri.includes('*')) return true;
  const { application_type: type, redirect_uri_wildcards: wildcards } = leeway;
  if (wildcards && registered.some((one) => one.includes('*') && matchesPattern(uri, one))) return true;
  return (
    type === 'native' &&
    loopback.test(uri) &&
    registered.some((one) => loopback.test(one) && withoutPort(one) === withoutPort(uri))
  );
};

// Deviation: of a web application as of a native one (docs/adr/0032-http-callbacks.md).
const own = /^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?(?=[/?]|$)/;

/**
 * May a response of this type go there? With a token in it, it does not cross a network in clear text, unless the
 * client is set to allow that.
 * @see OpenID Connect Core 1.0 §3.2.2.1 (redirect_uri)
 */
export const redirectUriAllowed = (
  uri: string,
  responseType: string,
  { allow_http_redirect_uris: allowed }: { readonly allow_http_redirect_uris: boolean },
): boolean => !asksForTokens(responseType) || allowed || !/^http:/i.test(uri) || own.test(uri);
