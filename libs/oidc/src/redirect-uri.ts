const never = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'about:', 'file:', 'view-source:', 'ws:', 'wss:']);

/**
 * May this URI be registered as a redirect URI: absolute, no fragment, no scheme that runs in the browser?
 * @see RFC 6749 §3.1.2
 */
export const isRedirectUri = (uri: string): boolean => {
  if (!URL.canParse(uri) || uri.includes('#') || /[\s\\]/.test(uri)) return false;
  return !never.has(new URL(uri).protocol);
};

const loopback = /^http:\/\/(127\.0\.0\.1|\[::1\])(:\d{1,5})?(?=[/?]|$)/;
const withoutPort = (uri: string): string => uri.replace(loopback, 'http://$1');

/**
 * Is it one of the registered URIs? Compared character by character; only the port of a native application's loopback
 * address is free.
 * @see RFC 9700 §2.1, RFC 8252 §7.3
 */
export const isRegistered = (
  uri: string,
  registered: readonly string[],
  applicationType: 'web' | 'native' = 'web',
): boolean => {
  if (registered.includes(uri)) return true;
  return (
    applicationType === 'native' &&
    loopback.test(uri) &&
    registered.some((one) => loopback.test(one) && withoutPort(one) === withoutPort(uri))
  );
};
