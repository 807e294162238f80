import { nameOf, namesOf, type RevocationFact } from './revocation-fact.js';
import { authorizationOfTokenId } from './token-id.js';

/** An access token as its own claims name it. @see RFC 9068 §2.2 */
export interface TokenName {
  /** `jti` */
  readonly tokenId: string;
  /** Where absent, the one that `tokenId` names. */
  readonly authorizationId?: string | undefined;
  /** `client_id` */
  readonly clientId: string;
  /** The person as the facts name them; absent where the token tells a pairwise `sub`. */
  readonly subject?: string | undefined;
  /** `iat`, in seconds since the epoch. */
  readonly issuedAt: number;
}

/** `unknown`: what is remembered here does not go far enough back; whoever keeps the tokens must be asked. */
export type TokenState = 'live' | 'revoked' | 'unknown';

/** How much is remembered. */
export interface RevocationIndexOptions {
  /** So many names at most; then the oldest go, and `completeSince` rises. */
  readonly maxEntries?: number;
  /** From when on nothing is missing, in seconds since the epoch; never, until `completeFrom` says so. */
  readonly completeSince?: number;
}

/** What was revoked, in memory: answers without asking anybody. @see RFC 7009 §2.1, RFC 7662 §2.2 */
export interface RevocationIndex {
  /** Everything that was revoked from this time on is here, in seconds since the epoch. */
  readonly completeSince: number;
  readonly size: number;
  /** Remembers a fact; the same one again changes nothing. */
  add(fact: RevocationFact): void;
  /** From this time on nothing is missing, and of what was before it there is no telling; what is here stays. */
  completeFrom(at: number): void;
  holds(token: TokenName): TokenState;
  /** Is it revoked for certain? What this tells stays true, however old the index is. */
  isRevoked(token: TokenName): boolean;
  /** Forgets what was revoked before this time, and no longer claims to know of it. */
  forget(before: number): void;
}

/** For so long facts are kept: a token that is older must be asked for. */
export const retentionSeconds = 86_400;

/** The clocks of those who issue and of those who revoke may differ by so much. @see RFC 7519 §4.1.4 (leeway) */
const skewSeconds = 60;
const standardEntries = 250_000;

// What was begun before a person or a client was revoked is dead, and what began after is not; the clocks decide only
// where they are sure.
const since = (at: number | undefined, issuedAt: number): TokenState => {
  if (at === undefined || issuedAt > at + skewSeconds) return 'live';
  return issuedAt < at - skewSeconds ? 'revoked' : 'unknown';
};

/**
 * An empty index of revocations.
 * @see RFC 7009 §2.1, RFC 7662 §4
 */
export const revocationIndex = (options: RevocationIndexOptions = {}): RevocationIndex => {
  const { maxEntries = standardEntries } = options;
  // In the order in which they came, so that the oldest is found at once.
  const revokedAt = new Map<string, number>();
  let completeSince = options.completeSince ?? Infinity;
  let lastSubjectAt = -Infinity;

  const remember = (name: string, at: number): void => {
    const before = revokedAt.get(name);
    if (before !== undefined && before >= at) return;
    revokedAt.delete(name);
    revokedAt.set(name, at);
    const [oldest] = revokedAt;
    if (revokedAt.size <= maxEntries || !oldest) return;
    revokedAt.delete(oldest[0]);
    completeSince = Math.max(completeSince, oldest[1] + 1);
  };
  const told = ({ tokenId, authorizationId, clientId, subject, issuedAt }: TokenName): TokenState => {
    const authorization = authorizationId ?? authorizationOfTokenId(tokenId);
    if (revokedAt.has(nameOf('token', tokenId))) return 'revoked';
    if (authorization === undefined) return 'unknown';
    if (revokedAt.has(nameOf('authorization', authorization))) return 'revoked';
    const ofClient = since(revokedAt.get(nameOf('client', clientId)), issuedAt);
    const ofSubject =
      subject === undefined
        ? since(lastSubjectAt, issuedAt)
        : since(revokedAt.get(nameOf('subject', subject)), issuedAt);
    if (ofClient === 'revoked' || (ofSubject === 'revoked' && subject !== undefined)) return 'revoked';
    return ofClient === 'live' && ofSubject === 'live' ? 'live' : 'unknown';
  };

  return {
    get completeSince() {
      return completeSince;
    },
    get size() {
      return revokedAt.size;
    },
    add: (fact) => {
      const { at } = fact.data;
      for (const name of namesOf(fact)) remember(name, at);
      if (fact.event === 'subjectRevoked') lastSubjectAt = Math.max(lastSubjectAt, at);
    },
    completeFrom: (at) => {
      completeSince = at;
    },
    holds: (token) => {
      const state = told(token);
      return state === 'live' && token.issuedAt < completeSince + skewSeconds ? 'unknown' : state;
    },
    isRevoked: (token) => told(token) === 'revoked',
    forget: (before) => {
      for (const [name, at] of revokedAt) {
        if (at >= before) break;
        revokedAt.delete(name);
      }
      completeSince = Math.max(completeSince, before);
    },
  };
};
