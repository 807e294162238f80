import type { EpochSeconds } from '@portico/endpoint';
import { verify } from '@portico/pkce';
import { z } from 'zod';
import type { AuthorizationCode, Held } from '../authorization.js';
import type { AuthenticatedClient } from '../client-auth/authenticate-client.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import { tokenKey } from '../token-key.js';
import { askedNow, grant, type GrantNeeds, type Redemption } from './grant.js';
import { addedAgain, firstSecret, isRepetition } from './repetition.js';

const params = z.object({
  code: z.string(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});
type Params = z.output<typeof params>;

const refuse = (description: string, detail?: string): never => {
  throw new OAuthError('invalid_grant', description, detail === undefined ? {} : { detail });
};

/** @see RFC 6749 §4.1.3, §10.5, §10.6; RFC 7636 §4.5, §4.6; RFC 9700 §4.5.3, §4.8.2; OpenID Connect Core 1.0 §3.1.3.2, §3.3.3.2 */
export const authorizationCode = grant({
  name: 'authorization_code',
  params,
  redeem: async (given, client, needs) => {
    const held = codeOf(await needs.tokens.find(tokenKey(given.code, needs.clock())), client, needs);
    if (held.token.consumedAt !== undefined && !isRepetition(held, needs)) return replayed(held, needs);
    agree(held.token, given, needs.clock());
    const { token, authorization } = held;
    return {
      client,
      authorization,
      scope: authorization.scope,
      ...(token.nonce === undefined ? {} : { nonce: token.nonce }),
      ...(needs.face.refreshes(authorization.scope, client)
        ? { refreshSecret: firstSecret(given.code, needs), predecessor: token }
        : {}),
      save: async (tokens) => {
        const consumption = { hash: token.hash, at: needs.clock(), by: needs.requestId };
        if (await needs.tokens.exchange(consumption, tokens, needs.by)) return;
        const now = codeOf(await needs.tokens.find(token.hash), client, needs);
        if (!isRepetition(now, needs)) await replayed(now, needs);
        if (!(await addedAgain(now, tokens, needs))) refuse('code is unknown or has expired');
      },
    };
  },
});

// §4.1.3: a code belongs to the client to which it was issued. Another client's attempt consumes nothing.
const codeOf = (
  held: Held | undefined,
  client: AuthenticatedClient,
  { face }: Pick<GrantNeeds, 'face'>,
): Held<AuthorizationCode> => {
  if (held?.token.kind !== 'code' || faceOf(held.authorization) !== face)
    return refuse('code is unknown or has expired');
  if (held.authorization.clientId !== client.id)
    return refuse('code was issued to another client', `code of client ${held.authorization.clientId}`);
  return held as Held<AuthorizationCode>;
};

const agree = (code: AuthorizationCode, given: Params, now: EpochSeconds): void => {
  const isOver = code.consumedAt === undefined && code.expiresAt <= now;
  if (code.revokedAt !== undefined || isOver) refuse('code is unknown or has expired');
  if ((code.redirectUriSent || given.redirect_uri !== undefined) && given.redirect_uri !== code.redirectUri) {
    refuse('redirect_uri must be identical to that of the authorization request');
  }
  agreeOnProof(code, given.code_verifier);
};

const agreeOnProof = (
  { codeChallenge, codeChallengeMethod = 'plain' }: AuthorizationCode,
  verifier: string | undefined,
): void => {
  if (codeChallenge === undefined) {
    // RFC 9700 §2.1.1: a verifier without a challenge is a downgrade that somebody attempted.
    if (verifier !== undefined) refuse('code_verifier was sent, but the authorization request had no code_challenge');
    return;
  }
  if (verifier === undefined) refuse('code_verifier is required');
  else if (!verify(verifier, codeChallenge, codeChallengeMethod))
    refuse('code_verifier does not fit the code_challenge');
};

// RFC 6749 §4.1.2: a code used twice SHOULD end all tokens that came of it: one of the two users has stolen it.
const replayed = async ({ authorization }: Held, needs: Redemption): Promise<never> => {
  await needs.tokens.revokeAuthorization(authorization.id, 'code_replayed', askedNow(needs));
  return refuse('code was used already', `authorization ${authorization.id} revoked`);
};
