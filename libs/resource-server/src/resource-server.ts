import type { TokenName } from '#revocation';
import { checkedToken, type Algorithm, type VerifiedToken } from './access-token.js';
import { BearerError } from './bearer-error.js';
import { postForm, readJson, type ClientCredentials, type Waiting } from './http.js';
import { issuerKeys } from './issuer-keys.js';
import type { RevocationSource } from './revocation-source.js';

/** Whose tokens a resource server takes, and how. */
export interface ResourceServerOptions {
  /** Exactly as in the tokens; its metadata are read from there. */
  readonly issuer: string;
  /** What the tokens must be issued for: one of these. */
  readonly audience: string | readonly string[];
  /** Where the keys are; as the metadata say where it is left out. */
  readonly jwksUri?: string;
  readonly algorithms?: readonly Algorithm[];
  /** Standard: 30. */
  readonly clockSkewSeconds?: number;
  /** Who follows what is revoked; where nobody does, a token holds until it expires. */
  readonly revocations?: RevocationSource;
  /**
   * What happens while it is not known whether a token was revoked: `refuse` it (the standard), `accept` it, or ask by
   * `introspect`ion.
   */
  readonly whenStale?: 'refuse' | 'accept' | 'introspect';
  /** As whom to ask then. */
  readonly introspection?: ClientCredentials;
  /** So long an answer of the provider is waited for. Standard: 3000. */
  readonly deadlineMs?: number;
  /** The keys are read anew after so long. Standard: ten minutes. */
  readonly keysRefreshMs?: number;
  /** At most one attempt to read the keys in so long. Standard: 10 seconds. */
  readonly keysCooldownMs?: number;
  /** Seconds since the epoch; the clock of the machine where it is left out. */
  readonly clock?: () => number;
}

/** Tells which requests may pass. @see RFC 6750 §1.3, RFC 9068 §4 */
export interface ResourceServer {
  /**
   * The token, if it holds and has all of these scopes.
   * @throws BearerError invalid_token, insufficient_scope; temporarily_unavailable: it cannot be told at present
   */
  verify(token: string, more?: { readonly scope?: readonly string[] }): Promise<VerifiedToken>;
  /** What was revoked longer ago than so many milliseconds is known. */
  stalenessMs(): number;
  isCurrent(): boolean;
  /** Ends what runs in the background, and the waiting. */
  close(): Promise<void>;
}

const seconds = (): number => Math.floor(Date.now() / 1000);
/** So many questions at once; more would only wait for each other. */
const asking = 64;

/**
 * A resource server of that issuer: it verifies tokens by itself, and follows what is revoked.
 * @see RFC 9068 §4, RFC 6750 §3.1, RFC 8725 §3
 */
export const resourceServer = (options: ResourceServerOptions): ResourceServer => {
  const { whenStale = 'refuse', revocations, introspection } = options;
  if (whenStale === 'introspect' && !introspection) throw new TypeError('whom to ask as: introspection is missing');
  const closing = new AbortController();
  const waiting: Waiting = { deadlineMs: options.deadlineMs ?? 3000, signal: closing.signal };
  const metadata = issuerMetadata(options.issuer, waiting);
  const key = issuerKeys({
    jwksUri: async () => options.jwksUri ?? metadata('jwks_uri'),
    refreshMs: options.keysRefreshMs ?? 600_000,
    cooldownMs: options.keysCooldownMs ?? 10_000,
    waiting,
  });
  const expected = {
    ...options,
    clockSkewSeconds: options.clockSkewSeconds ?? 30,
    clock: options.clock ?? seconds,
  };
  const ask = asker(metadata, introspection, waiting);
  const checkRevoked = async (text: string, token: VerifiedToken): Promise<void> => {
    if (!revocations) return;
    const state = revocations.holds(nameOf(token));
    if (state === 'revoked') throw new BearerError('invalid_token', 'The token was revoked');
    if ((state === 'live' && revocations.isCurrent()) || whenStale === 'accept') return;
    if (whenStale === 'introspect') return ask(text);
    throw revocations.isCurrent()
      ? new BearerError('invalid_token', 'The token is too old to tell whether it was revoked')
      : new BearerError('temporarily_unavailable', 'Whether the token was revoked cannot be told at present');
  };
  return {
    verify: async (text, { scope = [] } = {}) => {
      const token = await checkedToken(text, expected, key);
      await checkRevoked(text, token);
      if (!scope.every((name) => token.scope.includes(name)))
        throw new BearerError('insufficient_scope', 'The token does not allow this', { scope });
      return token;
    },
    stalenessMs: () => revocations?.stalenessMs() ?? Infinity,
    isCurrent: () => revocations?.isCurrent() ?? false,
    close: async () => {
      closing.abort();
      await revocations?.close();
    },
  };
};

// OpenID Connect Core 1.0 §8.1: a pairwise `sub` is not the name under which a person is revoked; by its shape it is
// recognised, and then any person may be meant.
const nameOf = ({ tokenId, clientId, subject, issuedAt }: VerifiedToken): TokenName => ({
  tokenId,
  clientId,
  issuedAt,
  subject: /^[\w-]{43}$/.test(subject) ? undefined : subject,
});

/** One of the URLs in the issuer's metadata, which are read when first needed. @see OpenID Connect Discovery 1.0 §4.3 */
const issuerMetadata = (issuer: string, waiting: Waiting) => {
  let known: Promise<Record<string, unknown>> | undefined;
  const read = async (): Promise<Record<string, unknown>> => {
    const url = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
    const metadata = await readJson(url, {}, waiting);
    if (metadata.issuer !== issuer) throw new Error('these are the metadata of another issuer');
    return metadata;
  };
  return async (name: string): Promise<string> => {
    const metadata = await (known ??= read()).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    const { [name]: url } = metadata;
    if (typeof url !== 'string') throw new Error(`the issuer names no ${name}`);
    return url;
  };
};

/** Asks the provider whether a token is active. @see RFC 7662 §2 */
const asker = (
  metadata: (name: string) => Promise<string>,
  client: ClientCredentials | undefined,
  waiting: Waiting,
) => {
  let open = 0;
  return async (token: string): Promise<void> => {
    if (!client || open >= asking) throw unanswered();
    open += 1;
    const answer = await metadata('introspection_endpoint')
      .then((url) => postForm({ url, form: { token }, client }, waiting))
      .catch((cause: unknown) => {
        throw unanswered(cause);
      })
      .finally(() => (open -= 1));
    if (answer.active !== true) throw new BearerError('invalid_token', 'The token was revoked');
  };
};

const unanswered = (cause?: unknown): BearerError =>
  new BearerError('temporarily_unavailable', 'The provider does not answer at present', { cause });
