import { sha256, type Clock } from '@portico/endpoint';
import type { AccessToken, Held, RefreshToken } from './authorization.js';
import type { TokenStore } from './ports.js';

/** What looking a token up takes. */
export interface ActiveTokenNeeds {
  readonly tokens: TokenStore;
  readonly clock: Clock;
}

/**
 * An access or refresh token that opens something now: known, not expired, not revoked, not used up. Its text is
 * compared by hash, so a JWT counts only as it was issued.
 * @see RFC 7662 §2.2 (active)
 */
export const activeToken = async (
  text: string,
  { tokens, clock }: ActiveTokenNeeds,
): Promise<Held<AccessToken | RefreshToken> | undefined> => {
  const held = await tokens.find(sha256(text));
  if (!held || held.token.kind === 'code' || held.token.kind === 'device_code') return undefined;
  const { token, authorization } = held;
  const ended =
    token.expiresAt <= clock() ||
    [token.revokedAt, token.consumedAt, authorization.revokedAt].some((at) => at !== undefined);
  return ended ? undefined : (held as Held<AccessToken | RefreshToken>);
};
