import type { Params } from '@portico/endpoint';

/**
 * The parameters of an authorization request that count here, wherever they stand; others are ignored.
 * @see RFC 6749 §3.1, §4.1.1; RFC 7636 §4.3; OpenID Connect Core 1.0 §3.1.2.1, §5.5, §6, §7.2.1
 */
export const authorizationParams = [
  'client_id',
  'redirect_uri',
  'response_type',
  'response_mode',
  'scope',
  'state',
  'nonce',
  'prompt',
  'max_age',
  'login_hint',
  'id_token_hint',
  'ui_locales',
  'display',
  'claims',
  'acr_values',
  'code_challenge',
  'code_challenge_method',
  'request',
  'request_uri',
  'registration',
] as const;

/** They, each at most once. @see RFC 6749 §3.1 */
export type AuthorizationParams = Params<(typeof authorizationParams)[number]>;
