import type { Clock } from '@portico/endpoint';
import type { JwtClaims } from '@portico/jwt';
import type { TokenState } from '@portico/revocation';
import type { AccessToken, Held, RefreshToken } from './authorization.js';
import type { Revocations, TokenStore } from './ports.js';
import { selfContained, tokenNameOf, type SelfContainedNeeds } from './self-contained.js';
import { tokenKey } from './token-key.js';

/** What looking a token up takes. */
export interface ActiveTokenNeeds {
  readonly tokens: TokenStore;
  readonly revocations: Revocations;
  readonly clock: Clock;
}

/**
 * An access or refresh token that opens something now: known, not expired, not revoked, not used up. Its text is
 * compared by hash, so a JWT counts only as it was issued.
 * @see RFC 7662 §2.2 (active), §4; RFC 6749 §10.3
 */
export const activeToken = async (
  text: string,
  { tokens, revocations, clock }: ActiveTokenNeeds,
): Promise<Held<AccessToken | RefreshToken> | undefined> => {
  // Whoever made up such a text has no token either.
  if (toldOf(text, revocations) === 'revoked') return undefined;
  return stored(text, { tokens, clock });
};

/** A token that opens something: what it says of itself, where that is known to hold, or else what the store keeps. */
export type Active = { readonly claims: JwtClaims } | { readonly held: Held<AccessToken | RefreshToken> };

/**
 * Likewise; of an access token that holds for certain without the store, which is not asked. Its signature is verified
 * only where that is all it takes.
 * @see RFC 7662 §2.2 (active), §4; RFC 9068 §4
 */
export const activeOrSelfContained = async (
  text: string,
  { tokens, revocations, clock, ...needs }: ActiveTokenNeeds & SelfContainedNeeds,
): Promise<Active | undefined> => {
  const state = toldOf(text, revocations);
  if (state === 'revoked') return undefined;
  const claims = state === 'live' ? await selfContained(text, clock(), needs) : undefined;
  if (claims) return { claims };
  const held = await stored(text, { tokens, clock });
  return held && { held };
};

const toldOf = (text: string, revocations: Revocations): TokenState => {
  const name = tokenNameOf(text);
  return name ? revocations.holds(name) : 'unknown';
};

const stored = async (
  text: string,
  { tokens, clock }: Pick<ActiveTokenNeeds, 'tokens' | 'clock'>,
): Promise<Held<AccessToken | RefreshToken> | undefined> => {
  const held = await tokens.find(tokenKey(text, clock()));
  if (!held || held.token.kind === 'code' || held.token.kind === 'device_code') return undefined;
  const { token, authorization } = held;
  const ended =
    token.expiresAt <= clock() ||
    [token.revokedAt, token.consumedAt, authorization.revokedAt].some((at) => at !== undefined);
  return ended ? undefined : (held as Held<AccessToken | RefreshToken>);
};
