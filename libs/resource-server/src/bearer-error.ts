const statuses = {
  // RFC 6750 §3.1: nothing is told of an error where no token came.
  no_token: 401,
  invalid_request: 400,
  invalid_token: 401,
  insufficient_scope: 403,
  // RFC 9110 §15.6.4: whether the token holds cannot be told at present.
  temporarily_unavailable: 503,
} as const;

/** Why a request does not get what it asks for. @see RFC 6750 §3.1 */
export type BearerErrorCode = keyof typeof statuses;

/** A request that does not open what it asks for; the sentence is for the client's developer. @see RFC 6750 §3.1 */
export class BearerError extends Error {
  override readonly name = 'BearerError';
  /** What would open it. @see RFC 6750 §3 (scope) */
  readonly scope: readonly string[];
  constructor(
    readonly code: BearerErrorCode,
    readonly description: string,
    more: { readonly scope?: readonly string[]; readonly cause?: unknown } = {},
  ) {
    super(`${code}: ${description}`, { cause: more.cause });
    this.scope = more.scope ?? [];
  }
  get status(): number {
    return statuses[this.code];
  }
}

// RFC 6750 §3: what stands in a scope or a description knows no quotation mark and no backslash.
const quoted = (text: string): string => `"${text.replace(/[^\x20-\x21\x23-\x5b\x5d-\x7e]/g, '?')}"`;

/**
 * The value of `WWW-Authenticate` that tells a client what was wrong; nothing where it is not its token that is.
 * @see RFC 6750 §3, §3.1
 */
export const challenge = ({ code, description, scope }: BearerError, realm = 'api'): string | undefined => {
  if (code === 'temporarily_unavailable') return undefined;
  const told = code === 'no_token' ? {} : { error: code, error_description: description };
  const all = { realm, ...told, ...(scope.length > 0 ? { scope: scope.join(' ') } : {}) };
  return `Bearer ${Object.entries(all)
    .map(([name, value]) => `${name}=${quoted(value)}`)
    .join(', ')}`;
};

/** An answer that refuses a request. @see RFC 6750 §3 */
export interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Readonly<Record<string, string>>;
}

/** The answer for an error: status, headers and a JSON body. @see RFC 6750 §3, RFC 9110 §10.2.3 (Retry-After) */
export const refusalOf = (error: BearerError, realm?: string): Refusal => {
  const value = challenge(error, realm);
  return {
    status: error.status,
    headers: { 'cache-control': 'no-store', ...(value ? { 'www-authenticate': value } : { 'retry-after': '2' }) },
    body: error.code === 'no_token' ? {} : { error: error.code, error_description: error.description },
  };
};

/**
 * The token in an `Authorization` header.
 * @see RFC 6750 §2.1
 * @throws BearerError no_token: there is no such header, or of another scheme; invalid_request: it cannot be read
 */
export const bearerToken = (authorization: string | undefined): string => {
  const [, scheme = '', credentials = ''] = /^([^ ]*) *(.*)$/.exec(authorization ?? '') ?? [];
  if (scheme.toLowerCase() !== 'bearer') throw new BearerError('no_token', 'An access token is needed');
  if (!/^[\w\-.~+/]+=*$/.test(credentials)) throw new BearerError('invalid_request', 'The token cannot be read');
  return credentials;
};
