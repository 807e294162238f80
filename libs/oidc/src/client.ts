import { namesOf, type EpochSeconds } from '@portico/endpoint';
import { contentEncryption, encryptionAlgorithm, jwksSchema, signingAlgorithm } from '@portico/jwt';
import { z } from 'zod';
import { acrs } from './acr.js';
import { isFrameUri, isWebOrigin } from './origin.js';
import { isRedirectUri } from './redirect-uri.js';

const isSafeToFetch = (uri: string): boolean =>
  /^https:|^http:\/\/(127\.0\.0\.1|\[::1\]|localhost)(:\d{1,5})?(\/|\?|$)/.test(uri);

const someSeconds = z.number().int().min(1).max(315_360_000);
const seconds = (standard: number) => someSeconds.default(standard);
const webUri = z.url({ protocol: /^https?$/ }).max(2048);
const redirectUri = z
  .string()
  .max(2048)
  .refine(isRedirectUri, 'must be an absolute URI without a fragment, and no javascript:, data: or the like');
const fetchedUri = webUri.pipe(
  z.string().refine(isSafeToFetch, 'must be an https URL; http for a loopback address alone'),
);
const logoutUri = fetchedUri.pipe(z.string().refine((uri) => !uri.includes('#'), 'must have no fragment'));
const frameUri = webUri.pipe(
  z.string().refine(isFrameUri, 'must have no fragment, and a host of letters, digits, hyphens and dots'),
);
const authMethod = z.enum([
  'client_secret_basic',
  'client_secret_post',
  'client_secret_jwt',
  'private_key_jwt',
  'none',
]);
/** What a JWT of or for a client can be signed with: a key, or the client's secret. @see OpenID Connect Core 1.0 §10.1 */
export const clientAlgorithm = z.enum([...signingAlgorithm.options, 'HS256']);

/** @see OpenID Connect Core 1.0 §10.1 */
export type ClientAlgorithm = z.infer<typeof clientAlgorithm>;

/** The words in alphabetical order. @see OAuth 2.0 Multiple Response Type Encoding Practices §1.2, §5 */
const responseType = z.enum([
  'code',
  'id_token',
  'id_token token',
  'code id_token',
  'code token',
  'code id_token token',
  'none',
]);

/** @see RFC 8628 §3.4 */
export const deviceCodeGrant = 'urn:ietf:params:oauth:grant-type:device_code';

/** Authing's: an ID Token for an access token. @see RFC 6749 §4.5 */
export const authingTokenGrant = 'http://authing.cn/oidc/grant_type/authing_token';

/** How a client proves who it is. @see OpenID Connect Core 1.0 §9 */
export type ClientAuthMethod = z.infer<typeof authMethod>;

/**
 * The settings of a client under their registration names; Portico's own are beside them.
 * @see RFC 7591 §2, §2.2; OpenID Connect Dynamic Client Registration 1.0 §2
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
  /** @see OpenID Connect RP-Initiated Logout 1.0 §3.1 */
  post_logout_redirect_uris: z.array(redirectUri).max(100).default([]),
  frontchannel_logout_uri: frameUri.optional(),
  frontchannel_logout_session_required: z.boolean().default(false),
  grant_types: z
    .array(
      z.enum([
        'authorization_code',
        'implicit',
        'refresh_token',
        'client_credentials',
        'password',
        deviceCodeGrant,
        authingTokenGrant,
      ]),
    )
    .default(['authorization_code']),
  response_types: z.array(responseType).default(['code']),
  scope: z.string().max(2000).default('openid profile email phone address'),
  /** @see OpenID Connect Back-Channel Logout 1.0 §2.2 */
  backchannel_logout_uri: logoutUri.optional(),
  backchannel_logout_session_required: z.boolean().default(false),
  subject_type: z.enum(['public', 'pairwise']).default('public'),
  sector_identifier_uri: z
    .url({ protocol: /^https$/ })
    .max(2048)
    .optional(),
  token_endpoint_auth_method: authMethod.default('client_secret_basic'),
  introspection_endpoint_auth_method: authMethod.optional(),
  revocation_endpoint_auth_method: authMethod.optional(),
  token_endpoint_auth_signing_alg: clientAlgorithm.optional(),
  introspection_endpoint_auth_signing_alg: clientAlgorithm.optional(),
  revocation_endpoint_auth_signing_alg: clientAlgorithm.optional(),
  jwks: jwksSchema.optional(),
  jwks_uri: fetchedUri.optional(),
  /** `none` takes unsigned ones alone; where it is absent, unsigned ones too, beside any algorithm of the client's keys. */
  request_object_signing_alg: z.enum([...signingAlgorithm.options, 'none']).optional(),
  id_token_signed_response_alg: clientAlgorithm.default('RS256'),
  id_token_encrypted_response_alg: encryptionAlgorithm.optional(),
  id_token_encrypted_response_enc: contentEncryption.optional(),
  userinfo_signed_response_alg: clientAlgorithm.optional(),
  userinfo_encrypted_response_alg: encryptionAlgorithm.optional(),
  userinfo_encrypted_response_enc: contentEncryption.optional(),
  /** Portico's: user info as the standard has it, or as Authing documents it. */
  userinfo_format: z.enum(['standard', 'authing']).default('standard'),
  /** Portico's: the same for JWT access tokens. */
  access_token_signed_response_alg: signingAlgorithm.default('RS256'),
  /** Portico's: a JWT (RFC 9068) or an opaque text. */
  access_token_format: z.enum(['jwt', 'opaque']).default('jwt'),
  default_max_age: z.number().int().min(0).optional(),
  default_acr_values: z
    .array(z.enum(namesOf(acrs)))
    .max(20)
    .optional(),
  /** Met for every client: `auth_time` is in every ID Token. */
  require_auth_time: z.boolean().default(false),
  /** Portico's: after so many seconds the person must sign in again for this client, whatever a request says. */
  session_lifetime: someSeconds.optional(),
  /** Portico's: refuse a code request without PKCE; public clients always need it (RFC 9700 §2.1.1). */
  require_pkce: z.boolean().default(false),
  /** Portico's: tolerate `code_challenge_method=plain` (RFC 7636 §4.2). */
  allow_plain_pkce: z.boolean().default(false),
  /** Portico's: a `*` in the registered URIs stands for labels of the host, or characters of the path. */
  redirect_uri_wildcards: z.boolean().default(false),
  /** Portico's: send tokens to http callbacks from the authorization endpoint (OpenID Connect Core 1.0 §3.2.2.1). */
  allow_http_redirect_uris: z.boolean().default(false),
  /** Portico's: ask the person once, every time, or never (OpenID Connect Core 1.0 §3.1.2.4). */
  consent: z.enum(['remember', 'always', 'skip']).default('remember'),
  /** Portico's: let this client go without PKCE at plain OAuth 2.0, also where it is public. */
  allow_oauth_without_pkce: z.boolean().default(false),
  /** Portico's: origins whose scripts may ask for the session, besides those of the redirect URIs. @see Fetch Standard §3.2 */
  allowed_cors_origins: z
    .array(z.string().max(2048).refine(isWebOrigin, 'must be an origin, such as https://app.example'))
    .max(100)
    .default([]),
  /** Portico's: put the claims of the scopes into the id_token too. */
  id_token_profile_claims: z.boolean().default(false),
  /** Portico's lifetimes, in seconds. */
  authorization_code_lifetime: seconds(600),
  device_code_lifetime: seconds(600),
  id_token_lifetime: seconds(3600),
  access_token_lifetime: seconds(3600),
  /** The same at plain OAuth 2.0. */
  oauth_access_token_lifetime: seconds(1_209_599),
  refresh_token_lifetime: seconds(2_592_000),
  /** From the sign-in on, however often one is exchanged for the next. */
  refresh_token_absolute_lifetime: seconds(31_536_000),
});

/** @see RFC 7591 §2 */
export type ClientMetadata = z.infer<typeof clientMetadataSchema>;

interface Held {
  readonly createdAt: EpochSeconds;
  /** From here on it no longer holds. */
  readonly expiresAt?: EpochSeconds;
}

/** As an argon2id hash in PHC form; or, where a key must be made of it, sealed under the client's id. */
type Kept = { readonly hash: string; readonly sealed?: never } | { readonly sealed: string; readonly hash?: never };

/** One of a client's secrets; several may hold at once while it is rotated. */
export type ClientSecret = Held & Kept;

/** An application that signs people in here, or calls APIs by itself. @see RFC 6749 §2 */
export interface Client {
  readonly id: string;
  readonly secrets: readonly ClientSecret[];
  readonly metadata: ClientMetadata;
}
