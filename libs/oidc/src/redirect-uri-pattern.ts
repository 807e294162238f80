interface Parts {
  readonly scheme: string;
  /** `*.` where any labels may stand to the left. */
  readonly wildcard: string;
  readonly host: string;
  readonly port: string;
  readonly path: string;
  readonly query: string;
}

// No user info, no fragment, no backslash, no capital letter and no letter beyond ASCII in the host; a `*` only where it may stand.
const parts =
  /^(?<scheme>https?):\/\/(?<wildcard>(?:\*\.)?)(?<host>[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?<port>(?::\d{1,5})?)(?<path>(?:\/[^?#\s\\]*)?)(?<query>(?:\?[^#\s\\*]*)?)$/;
// Dot segments, also before a path parameter: `/app/..;/x` leaves /app on some servers.
const dotSegment = /\/\.{1,2}(?:[;/]|$)/;
// One or more names and a top-level domain, which is never a number: `*.com` and `*.0.0.1` would be everybody's.
const domain = /^[a-z0-9_-]+\.(?:[a-z0-9_-]+\.)*[a-z][a-z0-9-]*$/;
// RFC 3986 §3.3, except what a server may decode into a path of another shape: %2e, %2f, %5c, %25, controls.
const pathText = /^(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%(?!2[5ef]|5c|[01][0-9a-f]|7f)[0-9a-f]{2})*$/i;

// Bytes that are not UTF-8, such as the overlong %c0%ae, are read in different ways.
const isReadable = (path: string): boolean => {
  try {
    return pathText.test(path) && decodeURIComponent(path) !== '';
  } catch {
    return false;
  }
};

const partsOf = (uri: string): Parts | undefined => {
  const found = parts.exec(uri)?.groups as Parts | undefined;
  return found && !dotSegment.test(found.path) && isCanonical(uri.replaceAll('*', 'w')) ? found : undefined;
};

// What a browser would go to is what was compared: it neither drops a port, nor resolves a dot, nor rewrites a host.
const isCanonical = (uri: string): boolean => {
  const { href, origin } = URL.canParse(uri) ? new URL(uri) : { href: '', origin: '' };
  return href === uri || (uri === origin && href === `${uri}/`);
};

/**
 * May this URI with `*` be registered: as `*.` before a domain of two labels or more, for one or more labels, or in
 * the path, for any of its characters, and nowhere else?
 * @see RFC 9700 §4.1.3 (what is lost without an exact comparison)
 */
export const isRedirectUriPattern = (text: string): boolean => {
  const found = partsOf(text);
  return found !== undefined && (found.wildcard === '' || domain.test(found.host));
};

/**
 * Does the pattern name this URI, component by component? Scheme, port and query are equal; of the host the left end
 * may differ, of the path the characters at a `*`; user info and fragment there are none.
 * @see RFC 3986 §3
 */
export const matchesPattern = (uri: string, pattern: string): boolean => {
  if (uri.includes('*')) return false;
  const [given, wanted] = [partsOf(uri), partsOf(pattern)];
  if (!given || !wanted || !isRedirectUriPattern(pattern)) return false;
  return (
    given.scheme === wanted.scheme &&
    given.port === wanted.port &&
    given.query === wanted.query &&
    matchesHost(given.host, wanted) &&
    matchesPath(given.path, wanted.path)
  );
};

const matchesHost = (given: string, { wildcard, host }: Parts): boolean =>
  wildcard === '' ? given === host : given.endsWith(`.${host}`);

// Leftmost piece by piece: no backtracking, however many stars and however long the path.
const matchesPath = (given: string, pattern: string): boolean => {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) return given === pattern;
  if (!given.startsWith(first) || !isReadable(given)) return false;
  let at = first.length;
  for (const piece of others) {
    const found = given.indexOf(piece, at);
    if (found < 0) return false;
    at = found + piece.length;
  }
  return given.length - last.length >= at && given.endsWith(last);
};
