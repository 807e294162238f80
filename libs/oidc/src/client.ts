import type { EpochSeconds } from '@portico/endpoint';
import { signingAlgorithm } from '@portico/jwt';
import { z } from 'zod';
import { isRedirectUri } from './redirect-uri.js';

const seconds = (standard: number) => z.number().int().min(1).max(315_360_000).default(standard);
const webUri = z.url({ protocol: /^https?$/ }).max(2048);
const redirectUri = z
  .string()
  .max(2048)
  .refine(isRedirectUri, 'must be an absolute URI without a fragment, and no javascript:, data: or the like');
const authMethod = z.enum(['client_secret_basic', 'client_secret_post', 'none']);

/** How a client proves who it is. @see OpenID Connect Core 1.0 §9 */
export type ClientAuthMethod = z.infer<typeof authMethod>;

/**
 * The settings of a client under their registration names; Portico's own are beside them.
 * @see RFC 7591 §2, OpenID Connect Dynamic Client Registration 1.0 §2
 */
export const clientMetadataSchema = z.strictObject({
  client_name: z.string().min(1).max(200).optional(),
  /** Portico's: a sentence for administrators. */
  client_description: z.string().max(2000).optional(),
  client_uri: webUri.optional(),
  logo_uri: webUri.optional(),
  policy_uri: webUri.optional(),
  tos_uri: webUri.optional(),
  contacts: z.array(z.string().max(320)).max(20).optional(),
  initiate_login_uri: webUri.optional(),
  application_type: z.enum(['web', 'native']).default('web'),
  redirect_uris: z.array(redirectUri).max(100).default([]),
  post_logout_redirect_uris: z.array(redirectUri).max(100).default([]),
  grant_types: z
    .array(z.enum(['authorization_code', 'refresh_token', 'client_credentials']))
    .default(['authorization_code']),
  response_types: z.array(z.enum(['code'])).default(['code']),
  scope: z.string().max(2000).default('openid profile email phone address'),
  subject_type: z.enum(['public']).default('public'),
  token_endpoint_auth_method: authMethod.default('client_secret_basic'),
  introspection_endpoint_auth_method: authMethod.optional(),
  revocation_endpoint_auth_method: authMethod.optional(),
  id_token_signed_response_alg: signingAlgorithm.default('RS256'),
  /** Portico's: the same for JWT access tokens. */
  access_token_signed_response_alg: signingAlgorithm.default('RS256'),
  /** Portico's: a JWT (RFC 9068) or an opaque text. */
  access_token_format: z.enum(['jwt', 'opaque']).default('jwt'),
  default_max_age: z.number().int().min(0).optional(),
  require_auth_time: z.boolean().default(false),
  /** Portico's: refuse a code request without PKCE; public clients always need it (RFC 9700 §2.1.1). */
  require_pkce: z.boolean().default(false),
  /** Portico's: tolerate `code_challenge_method=plain` (RFC 7636 §4.2). */
  allow_plain_pkce: z.boolean().default(false),
  /** Portico's: put the claims of the scopes into the id_token too. */
  id_token_profile_claims: z.boolean().default(false),
  /** Portico's lifetimes, in seconds. */
  authorization_code_lifetime: seconds(600),
  id_token_lifetime: seconds(3600),
  access_token_lifetime: seconds(3600),
  refresh_token_lifetime: seconds(2_592_000),
});

/** @see RFC 7591 §2 */
export type ClientMetadata = z.infer<typeof clientMetadataSchema>;

/** One of a client's secrets; several may hold at once while it is rotated. */
export interface ClientSecret {
  /** An argon2id hash in PHC form. */
  readonly hash: string;
  readonly createdAt: EpochSeconds;
  /** From here on it no longer holds. */
  readonly expiresAt?: EpochSeconds;
}

/** An application that signs people in here, or calls APIs by itself. @see RFC 6749 §2 */
export interface Client {
  readonly id: string;
  readonly secrets: readonly ClientSecret[];
  readonly metadata: ClientMetadata;
}
