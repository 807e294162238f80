import { randomSecret, sha256, type EpochSeconds } from '@portico/endpoint';
import { verify } from '@portico/pkce';
import { z } from 'zod';
import type { AuthorizationCode, Held } from '../authorization.js';
import type { AuthenticatedClient } from '../client-auth/authenticate-client.js';
import { OAuthError } from '../errors.js';
import { faceOf } from '../face.js';
import { grant, type GrantNeeds } from './grant.js';

const params = z.object({
  code: z.string(),
  redirect_uri: z.string().optional(),
  code_verifier: z.string().optional(),
});
type Params = z.output<typeof params>;

const refuse = (description: string, detail?: string): never => {
  throw new OAuthError('invalid_grant', description, detail === undefined ? {} : { detail });
};

/** @see RFC 6749 §4.1.3, RFC 7636 §4.6, OpenID Connect Core 1.0 §3.1.3.2 */
export const authorizationCode = grant({
  name: 'authorization_code',
  params,
  redeem: async (given, client, needs) => {
    const hash = sha256(given.code);
    const held = codeOf(await needs.tokens.find(hash), client, needs);
    if (held.token.consumedAt !== undefined) return replayed(held, needs);
    agree(held.token, given, needs.clock());
    const { token, authorization } = held;
    return {
      client,
      authorization,
      scope: authorization.scope,
      ...(token.nonce === undefined ? {} : { nonce: token.nonce }),
      ...(needs.face.refreshes(authorization.scope, client) ? { refreshToken: needs.face.textOf(randomSecret()) } : {}),
      save: async (tokens) => {
        if (!(await needs.tokens.exchange(hash, needs.clock(), tokens))) await replayed(held, needs);
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
  if (code.revokedAt !== undefined || code.expiresAt <= now) refuse('code is unknown or has expired');
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
const replayed = async ({ authorization }: Held, { tokens, clock }: GrantNeeds): Promise<never> => {
  await tokens.revokeAuthorization(authorization.id, 'code_replayed', clock());
  return refuse('code was used already', `authorization ${authorization.id} revoked`);
};
