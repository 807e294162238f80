import type { Clock, Params } from '@portico/endpoint';
import { verifyJwt, type KeySet } from '@portico/jwt';
import { validated, type AuthorizationRequest } from '../authorization-request.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import type { Policy } from '../policy.js';
import type { RedirectTarget } from '../response-modes/index.js';
import { normalized } from '../response-types/index.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { runChecks } from './index.js';

/** What validating an authorization request takes. */
export interface ValidateNeeds {
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly clock: Clock;
}

/**
 * Every rule for an authorization request; what comes out is known to be right.
 * @see OpenID Connect Core 1.0 §3.1.2.2
 * @throws OAuthError the first rule that is broken
 */
export const validate = async (
  params: Params,
  { client, target }: { client: Client; target: RedirectTarget },
  needs: ValidateNeeds,
): Promise<AuthorizationRequest> => {
  runChecks(params, { client, door: 'authorize' });
  const hintedSubject = await subjectOf(params.id_token_hint, client, needs);
  const maxAge = params.max_age === undefined ? client.metadata.default_max_age : Number(params.max_age);
  return validated({
    clientId: client.id,
    redirectUri: target.redirectUri,
    redirectUriSent: params.redirect_uri !== undefined,
    responseType: normalized(params.response_type ?? ''),
    responseMode: target.mode.name,
    scope: allowedScopes(scopesOf(params.scope), client),
    prompt: (params.prompt ?? '').split(' ').filter(Boolean),
    requestedAt: needs.clock(),
    ...given({ state: params.state, nonce: params.nonce, loginHint: params.login_hint, uiLocales: params.ui_locales }),
    ...given({ hintedSubject, maxAgeSeconds: maxAge }),
    ...proofKey(params),
  });
};

const proofKey = ({ code_challenge: codeChallenge, code_challenge_method: method }: Params) =>
  codeChallenge === undefined
    ? {}
    : { codeChallenge, codeChallengeMethod: method === 'S256' ? ('S256' as const) : ('plain' as const) };

type Given<Values> = { [Name in keyof Values]?: NonNullable<Values[Name]> };

const given = <Values extends Record<string, unknown>>(values: Values): Given<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;

// OpenID Connect Core 1.0 §3.1.2.1: the OP need not be an audience of the hint, and it may have expired.
const subjectOf = async (
  hint: string | undefined,
  client: Client,
  { keys, policy }: ValidateNeeds,
): Promise<string | undefined> => {
  if (hint === undefined) return undefined;
  const claims = await verifyJwt(hint, keys(), { typ: 'JWT', issuer: policy.issuer });
  if (typeof claims?.sub !== 'string' || claims.aud !== client.id) {
    throw new OAuthError('invalid_request', 'id_token_hint must be an ID Token that this issuer gave this client');
  }
  return claims.sub;
};
