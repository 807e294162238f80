import { createRemoteJWKSet, errors, type JWTVerifyGetKey } from 'jose';
import { BearerError } from './bearer-error.js';
import type { Waiting } from './http.js';

/** Where the keys of the issuer are, and how often they are read. */
export interface IssuerKeysOptions {
  readonly jwksUri: () => Promise<string>;
  /** They are read anew after so long, unseen by whoever is asking meanwhile. */
  readonly refreshMs: number;
  /** At most one attempt to read them in so long, whatever tokens come. */
  readonly cooldownMs: number;
  readonly waiting: Waiting;
}

/**
 * The issuer's keys: read when first needed and from time to time, and when a token names one that is not among them. While
 * they cannot be read those of the last time count.
 * @see OpenID Connect Core 1.0 §10.1.1; RFC 7517 §5
 * @throws BearerError temporarily_unavailable: they have never been read
 */
export const issuerKeys = (options: IssuerKeysOptions): JWTVerifyGetKey => {
  let remote: ReturnType<typeof createRemoteJWKSet> | undefined;
  let attempt: Promise<void> | undefined;
  let [triedAt, readAt] = [-Infinity, -Infinity];

  const read = async (): Promise<void> => {
    // When and how often is decided here: what cannot be read must not be asked for by every token.
    remote ??= createRemoteJWKSet(new URL(await options.jwksUri()), {
      cacheMaxAge: Infinity,
      cooldownDuration: Infinity,
      timeoutDuration: options.waiting.deadlineMs,
    });
    await remote.reload();
    readAt = performance.now();
  };
  const reread = async (): Promise<boolean> => {
    if (attempt === undefined) {
      if (performance.now() - triedAt < options.cooldownMs || options.waiting.signal.aborted) return false;
      triedAt = performance.now();
      attempt = read().finally(() => (attempt = undefined));
    }
    return attempt.then(
      () => true,
      () => false,
    );
  };
  return async (header, token) => {
    if (readAt === -Infinity && !(await reread()) && readAt === -Infinity)
      throw new BearerError('temporarily_unavailable', 'The keys of the issuer cannot be read at present');
    if (performance.now() - readAt > options.refreshMs) void reread();
    const known = remote as JWTVerifyGetKey;
    try {
      return await known(header, token);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey) || !(await reread())) throw error;
      return known(header, token);
    }
  };
};
