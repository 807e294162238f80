const never = new Set(['javascript:', 'data:', 'vbscript:', 'blob:', 'about:', 'file:', 'view-source:', 'ws:', 'wss:']);

/**
 * May this URI be registered as a redirect URI: absolute, no fragment, no scheme that runs in the browser?
 * @see RFC 6749 §3.1.2
 */
export const isRedirectUri = (uri: string): boolean => {
  if (!URL.canParse(uri) || uri.includes('#') || /[\s\\]/.test(uri)) return false;
  return !never.has(new URL(uri).protocol);
};
