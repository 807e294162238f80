import { urlOf } from '@portico/contracts';
import { namesOf } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import { challengeMethods } from './checks/pkce.js';
import { claimsByScope } from './claims.js';
import { clientAuthentications } from './client-auth/index.js';
import { grants } from './grants/index.js';
import type { Policy } from './policy.js';
import { promptValues } from './prompts/values.js';
import { responseModes } from './response-modes/index.js';
import { responseTypes } from './response-types/index.js';
import { standardScopes } from './scope.js';

const idTokenClaims = ['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'amr', 'azp', 'sid', 'at_hash'];

/**
 * What this provider can do, computed from the lists of what is registered (law 5).
 * @see OpenID Connect Discovery 1.0 §3, RFC 8414 §2
 */
export const metadata = ({ issuer }: Policy, keys: KeySet): Record<string, unknown> => ({
  issuer,
  authorization_endpoint: urlOf('authorize', issuer),
  token_endpoint: urlOf('token', issuer),
  userinfo_endpoint: urlOf('userinfo', issuer),
  jwks_uri: urlOf('jwks', issuer),
  introspection_endpoint: urlOf('introspection', issuer),
  revocation_endpoint: urlOf('revocation', issuer),
  end_session_endpoint: urlOf('endSession', issuer),
  scopes_supported: standardScopes,
  claims_supported: [...new Set([...idTokenClaims, ...Object.values(claimsByScope).flat()])],
  response_types_supported: namesOf(responseTypes),
  response_modes_supported: namesOf(responseModes),
  grant_types_supported: namesOf(grants),
  prompt_values_supported: promptValues,
  subject_types_supported: ['public'],
  id_token_signing_alg_values_supported: keys.algorithms,
  token_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  introspection_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  revocation_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  code_challenge_methods_supported: challengeMethods,
  ui_locales_supported: ['zh-CN', 'en'],
  claim_types_supported: ['normal'],
  claims_parameter_supported: false,
  request_parameter_supported: false,
  request_uri_parameter_supported: false,
  authorization_response_iss_parameter_supported: true,
});
