import { hmacSha256 } from '@portico/endpoint';
import { z } from 'zod';
import type { Held, RefreshToken } from '../authorization.js';
import type { AuthenticatedClient } from '../client-auth/authenticate-client.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import { scopesOf } from '../scope.js';
import { tokenKey } from '../token-key.js';
import { askedNow, grant, type GrantNeeds, type Redemption } from './grant.js';
import { addedAgain, isRepetition } from './repetition.js';

const params = z.object({ refresh_token: z.string(), scope: z.string().optional() });

const refuse = (description: string, detail?: string): never => {
  throw new OAuthError('invalid_grant', description, detail === undefined ? {} : { detail });
};

/**
 * A refresh token's successor follows from it and a key of ours: whoever lost the answer asks again and gets the same
 * one, while the store holds hashes alone.
 */
const successor = (text: string, key: Uint8Array): string => hmacSha256(key, `successor ${text}`);

/** @see RFC 6749 §6, §10.4; RFC 9700 §2.2.2, §4.14.2; OpenID Connect Core 1.0 §12.1, §12.2; Browser-Based Applications §6.3.2.3 */
export const refreshToken = grant({
  name: 'refresh_token',
  params,
  redeem: async (given, client, needs) => {
    const held = refreshTokenOf(await needs.tokens.find(tokenKey(given.refresh_token, needs.clock())), client, needs);
    if (isReplay(held, needs)) await replayed(held, needs);
    const { authorization, token } = held;
    return {
      client,
      authorization,
      scope: narrowed(given.scope, authorization.scope),
      refreshSecret: successor(given.refresh_token, needs.refreshKey),
      predecessor: token,
      save: async (tokens) => {
        const consumption = { hash: token.hash, at: needs.clock(), by: needs.requestId };
        if (await needs.tokens.exchange(consumption, tokens, needs.by)) return;
        const now = refreshTokenOf(await needs.tokens.find(token.hash), client, needs);
        // Somebody was first. Within the window that was this client's other tab, or its own lost answer: the
        // successor stands already, so only the new access token is added.
        if (isReplay(now, needs)) await replayed(now, needs);
        if (!(await addedAgain(now, tokens, needs))) gone();
      },
    };
  },
});

const gone = (): never => refuse('refresh_token is unknown, has expired or was revoked');

const refreshTokenOf = (
  held: Held | undefined,
  client: AuthenticatedClient,
  { clock, face }: GrantNeeds,
): Held<RefreshToken> => {
  if (held?.token.kind !== 'refresh_token' || faceOf(held.authorization) !== face) return gone();
  if (held.authorization.clientId !== client.id)
    return refuse('refresh_token was issued to another client', `token of client ${held.authorization.clientId}`);
  const { token, authorization } = held;
  if (token.revokedAt !== undefined || authorization.revokedAt !== undefined || token.expiresAt <= clock())
    return gone();
  return held as Held<RefreshToken>;
};

const isReplay = (held: Held<RefreshToken>, needs: Redemption): boolean => {
  const { consumedAt } = held.token;
  if (consumedAt === undefined || isRepetition(held, needs)) return false;
  return needs.clock() - consumedAt > needs.policy.refreshReplaySeconds;
};

// RFC 9700 §4.14.2: an old refresh token that comes back may have been stolen, or its successor was; nobody can tell
// which, so the whole authorization ends.
const replayed = async ({ authorization }: Held, needs: Redemption): Promise<never> => {
  await needs.tokens.revokeAuthorization(authorization.id, 'refresh_token_replayed', askedNow(needs));
  return refuse('refresh_token was used already', `authorization ${authorization.id} revoked`);
};

// §6: "MUST NOT include any scope not originally granted by the resource owner".
const narrowed = (asked: string | undefined, granted: readonly string[]): readonly string[] => {
  if (asked === undefined) return granted;
  const scopes = scopesOf(asked);
  // Appendix A.4: a scope that is there names something.
  if (scopes.length > 0 && scopes.every((scope) => granted.includes(scope))) return scopes;
  throw new OAuthError('invalid_scope', 'scope must name some of what was granted, and nothing else');
};
