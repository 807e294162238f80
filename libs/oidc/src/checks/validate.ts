import { displayOf } from '@portico/endpoint';
import { withAcrs } from '../acr.js';
import type { AuthorizationParams } from '../authorization-params.js';
import { validated, type AuthorizationRequest } from '../authorization-request.js';
import { allowedClaims } from '../claims.js';
import { parseClaims, type ClaimsRequest } from '../claims-request.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import { noted, type Face } from '../face.js';
import { idTokenHint, type IdTokenHintNeeds } from '../id-token-hint.js';
import type { RedirectTarget } from '../response-modes/index.js';
import { normalized } from '../response-types/index.js';
import { allowedScopes, scopesOf } from '../scope.js';
import { runChecks } from './index.js';

/** What validating an authorization request takes. */
export interface ValidateNeeds extends IdTokenHintNeeds {
  readonly face: Face;
}

/**
 * Every rule for an authorization request; what comes out is known to be right.
 * @see OpenID Connect Core 1.0 §3.1.2.2, §3.2.2.2, §3.3.2.2, §15.1
 * @throws OAuthError the first rule that is broken
 */
export const validate = async (
  params: AuthorizationParams,
  { client, target }: { client: Client; target: RedirectTarget },
  needs: ValidateNeeds,
): Promise<AuthorizationRequest> => {
  runChecks(params, { client, face: needs.face, door: 'authorize' });
  const hintedSub = await subOf(params.id_token_hint, client, needs);
  const maxAge = params.max_age === undefined ? client.metadata.default_max_age : Number(params.max_age);
  const scope = scopesOf(params.scope).filter((one) => needs.face.knows(one));
  return validated({
    clientId: client.id,
    ...noted(needs.face),
    redirectUri: target.redirectUri,
    redirectUriSent: params.redirect_uri !== undefined,
    responseType: normalized(params.response_type ?? ''),
    responseMode: target.mode.name,
    scope: allowedScopes(scope, client),
    prompt: (params.prompt ?? '').split(' ').filter(Boolean),
    requestedAt: needs.clock(),
    ...given({ state: params.state, nonce: params.nonce, loginHint: params.login_hint }),
    ...given({ uiLocales: params.ui_locales, display: displayOf(params.display) }),
    ...given({ hintedSub, maxAgeSeconds: maxAge, claims: claimsOf(params, scope, client) }),
    ...proofKey(params),
  });
};

// They belong to OpenID Connect: without the scope openid nobody is told of them.
const claimsOf = (
  { claims, acr_values: acrs }: AuthorizationParams,
  scope: readonly string[],
  { metadata }: Client,
): ClaimsRequest | undefined => {
  if (!scope.includes('openid')) return undefined;
  const asked = claims === undefined ? undefined : allowedClaims(parseClaims(claims), scopesOf(metadata.scope));
  return withAcrs(asked, acrs === undefined ? (metadata.default_acr_values ?? []) : scopesOf(acrs));
};

const proofKey = ({ code_challenge: codeChallenge, code_challenge_method: method }: AuthorizationParams) =>
  codeChallenge === undefined
    ? {}
    : { codeChallenge, codeChallengeMethod: method === 'S256' ? ('S256' as const) : ('plain' as const) };

type Given<Values> = { [Name in keyof Values]?: NonNullable<Values[Name]> };

const given = <Values extends Record<string, unknown>>(values: Values): Given<Values> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Given<Values>;

// OpenID Connect Core 1.0 §3.1.2.1: the OP need not be an audience of the hint, and it may have expired.
const subOf = async (hint: string | undefined, client: Client, needs: ValidateNeeds): Promise<string | undefined> => {
  if (hint === undefined) return undefined;
  const claims = await idTokenHint(hint, needs);
  if (typeof claims?.sub !== 'string' || claims.aud !== client.id) {
    throw new OAuthError('invalid_request', 'id_token_hint must be an ID Token that this issuer gave this client');
  }
  return claims.sub;
};
