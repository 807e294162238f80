import { urlOf } from '@portico/contracts';
import { displaySchema, namesOf } from '@portico/endpoint';
import { contentEncryption, encryptionAlgorithm, type KeySet } from '@portico/jwt';
import { acrs } from './acr.js';
import { challengeMethods } from './checks/pkce.js';
import { claimsByScope } from './claims.js';
import { clientAlgorithm, clientMetadataSchema } from './client.js';
import { clientAuthentications } from './client-auth/index.js';
import { grants } from './grants/index.js';
import type { Policy } from './policy.js';
import { promptValues } from './prompts/values.js';
import { responseModes } from './response-modes/index.js';
import { responseTypes } from './response-types/index.js';
import { faces } from './face.js';
import { spelledOut, standardScopes, userScope } from './scope.js';

const idTokenClaims = [
  'iss',
  'sub',
  'aud',
  'exp',
  'iat',
  'auth_time',
  'acr',
  'nonce',
  'amr',
  'azp',
  'sid',
  'at_hash',
  'c_hash',
  's_hash',
];

// A signed answer of the userinfo endpoint has them all (OpenID Connect Core 1.0 §5.3.2).
const userinfoClaims = ['iss', 'sub', 'aud'];

const claimsOf = (scopes: readonly string[]): string[] =>
  Object.entries(claimsByScope).flatMap(([scope, names]) => (scopes.includes(scope) ? names : []));

/** What a client can have signed: by a key that there is, or with its secret. */
const signedFor = ({ algorithms }: KeySet): string[] =>
  clientAlgorithm.options.filter((alg) => alg === 'HS256' || algorithms.includes(alg));

// RFC 9864 §2.2: what a client has signed may bear the newer name of EdDSA with this curve.
const withNewName = (algorithms: readonly string[]): string[] =>
  algorithms.flatMap((alg) => (alg === 'EdDSA' ? [alg, 'Ed25519'] : [alg]));

/**
 * What this provider can do, computed from the lists of what is registered (law 5).
 * @see OpenID Connect Discovery 1.0 §3, §4.3; RFC 8414 §2, §3.3; RFC 8628 §4; RFC 9207 §3; OpenID Connect Core 1.0 §16.15; OpenID Connect RP-Initiated Logout 1.0 §2.1;
 * OpenID Connect Front-Channel Logout 1.0 §3; OpenID Connect Session Management 1.0 §3.3; OpenID Connect Back-Channel Logout 1.0 §2.1
 */
export const metadata = (policy: Policy, keys: KeySet): Record<string, unknown> => ({
  issuer: policy.issuer,
  authorization_endpoint: urlOf('authorize', policy),
  token_endpoint: urlOf('token', policy),
  device_authorization_endpoint: urlOf('deviceAuthorization', policy),
  userinfo_endpoint: urlOf('userinfo', policy),
  jwks_uri: urlOf('jwks', policy),
  introspection_endpoint: urlOf('introspection', policy),
  revocation_endpoint: urlOf('revocation', policy),
  end_session_endpoint: urlOf('endSession', policy),
  check_session_iframe: urlOf('checkSession', policy),
  backchannel_logout_supported: true,
  backchannel_logout_session_supported: true,
  scopes_supported: standardScopes,
  claims_supported: [...idTokenClaims, ...claimsOf(standardScopes)],
  response_types_supported: namesOf(responseTypes),
  response_modes_supported: namesOf(responseModes),
  grant_types_supported: [...new Set([...responseTypes.flatMap(({ grantTypes }) => grantTypes), ...namesOf(grants)])],
  prompt_values_supported: promptValues,
  subject_types_supported: clientMetadataSchema.shape.subject_type.unwrap().options,
  acr_values_supported: namesOf(acrs),
  id_token_signing_alg_values_supported: signedFor(keys),
  id_token_encryption_alg_values_supported: encryptionAlgorithm.options,
  id_token_encryption_enc_values_supported: contentEncryption.options,
  userinfo_signing_alg_values_supported: signedFor(keys),
  userinfo_encryption_alg_values_supported: encryptionAlgorithm.options,
  userinfo_encryption_enc_values_supported: contentEncryption.options,
  token_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  token_endpoint_auth_signing_alg_values_supported: withNewName(clientAlgorithm.options),
  introspection_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  introspection_endpoint_auth_signing_alg_values_supported: withNewName(clientAlgorithm.options),
  revocation_endpoint_auth_methods_supported: namesOf(clientAuthentications),
  revocation_endpoint_auth_signing_alg_values_supported: withNewName(clientAlgorithm.options),
  code_challenge_methods_supported: challengeMethods,
  ui_locales_supported: ['zh-CN', 'en'],
  display_values_supported: displaySchema.options,
  claim_types_supported: ['normal'],
  claims_parameter_supported: true,
  request_parameter_supported: true,
  request_object_signing_alg_values_supported: withNewName(
    clientMetadataSchema.shape.request_object_signing_alg.unwrap().options,
  ),
  request_uri_parameter_supported: false,
  authorization_response_iss_parameter_supported: true,
  frontchannel_logout_supported: true,
  frontchannel_logout_session_supported: true,
});

/** What of it is the same for both issuers. */
const shared = [
  'jwks_uri',
  'response_modes_supported',
  'prompt_values_supported',
  'subject_types_supported',
  'userinfo_signing_alg_values_supported',
  'userinfo_encryption_alg_values_supported',
  'userinfo_encryption_enc_values_supported',
  'token_endpoint_auth_methods_supported',
  'token_endpoint_auth_signing_alg_values_supported',
  'introspection_endpoint_auth_methods_supported',
  'introspection_endpoint_auth_signing_alg_values_supported',
  'revocation_endpoint_auth_methods_supported',
  'revocation_endpoint_auth_signing_alg_values_supported',
  'code_challenge_methods_supported',
  'ui_locales_supported',
  'display_values_supported',
  'request_parameter_supported',
  'request_object_signing_alg_values_supported',
  // Left out it would be true (OpenID Connect Discovery 1.0 §3).
  'request_uri_parameter_supported',
  'authorization_response_iss_parameter_supported',
];

/**
 * The same for plain OAuth 2.0, which has an issuer of its own.
 * @see RFC 8414 §2
 */
export const oauthMetadata = (policy: Policy, keys: KeySet): Record<string, unknown> => {
  const { oauth } = faces;
  const all = metadata(policy, keys);
  return {
    ...Object.fromEntries(shared.filter((name) => all[name] !== undefined).map((name) => [name, all[name]])),
    issuer: oauth.issuer(policy),
    authorization_endpoint: urlOf('oauthAuthorize', policy),
    token_endpoint: urlOf('oauthToken', policy),
    userinfo_endpoint: urlOf('oauthUserinfo', policy),
    introspection_endpoint: urlOf('oauthIntrospection', policy),
    revocation_endpoint: urlOf('oauthRevocation', policy),
    scopes_supported: [userScope],
    claims_supported: [...userinfoClaims, ...claimsOf(spelledOut([userScope]))],
    response_types_supported: namesOf(responseTypes).filter((name) => oauth.offers('response_type', name)),
    grant_types_supported: namesOf(grants).filter((name) => oauth.offers('grant_type', name)),
  };
};
