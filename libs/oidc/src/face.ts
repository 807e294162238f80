import { pairName, type Pair } from '@portico/endpoint';
import type { Client } from './client.js';
import type { Policy } from './policy.js';
import { standardScopes, userScope } from './scope.js';

/** The names of the faces. */
export type FaceName = 'oidc' | 'oauth';

/**
 * The issuer under whose name the endpoints speak: OpenID Connect, or plain OAuth 2.0 beside it, with the same clients,
 * people and sessions. What one has issued, the other does not know.
 * @see RFC 8414 §2 (issuer)
 */
export interface Face {
  readonly name: FaceName;
  /** @see RFC 8414 §2, RFC 9207 §2 */
  issuer(policy: Pick<Policy, 'issuer'>): string;
  /** The scope that opens user info. */
  readonly userinfoScope: 'openid' | 'user';
  /** Does this scope mean anything here? */
  knows(scope: string): boolean;
  /** Of what the registries have, is this offered here? */
  offers(kind: 'response_type' | 'grant_type', name: string): boolean;
  /** Does a code that this client asks for need a proof key? @see RFC 9700 §2.1.1 */
  needsProofKey(client: Client): boolean;
  /** Does a refresh token go with an authorization of these scopes? @see OpenID Connect Core 1.0 §11, RFC 6749 §1.5 */
  refreshes(scope: readonly string[], client: Client): boolean;
  accessTokens(client: Client): { readonly format: 'jwt' | 'opaque'; readonly lifetimeSeconds: number };
  /** The text of an opaque token, made of 256 secret bits in base64url, with the parts of the store that it is kept in. */
  textOf(secret: string, parts: Pair): string;
}

const isBound = ({ metadata }: Client): boolean =>
  metadata.token_endpoint_auth_method === 'none' || metadata.require_pkce;

const oidc: Face = {
  name: 'oidc',
  issuer: ({ issuer }) => issuer,
  userinfoScope: 'openid',
  knows: (scope) => scope !== userScope,
  offers: () => true,
  needsProofKey: isBound,
  refreshes: (scope) => scope.includes('offline_access'),
  accessTokens: ({ metadata }) => ({
    format: metadata.access_token_format,
    lifetimeSeconds: metadata.access_token_lifetime,
  }),
  textOf: (secret, parts) => `${secret}${pairName(parts)}`,
};

const plain = { response_type: ['code'], grant_type: ['authorization_code', 'refresh_token', 'client_credentials'] };

const oauth: Face = {
  name: 'oauth',
  issuer: ({ issuer }) => `${new URL(issuer).origin}/oauth`,
  userinfoScope: userScope,
  knows: (scope) => !standardScopes.some((standard) => standard === scope),
  offers: (kind, name) => plain[kind].includes(name),
  // Deviation: a public client may be set to go without (docs/adr/0040-plain-oauth.md).
  needsProofKey: (client) => isBound(client) && !client.metadata.allow_oauth_without_pkce,
  refreshes: (_scope, { metadata }) => metadata.grant_types.includes('refresh_token'),
  accessTokens: ({ metadata }) => ({ format: 'opaque', lifetimeSeconds: metadata.oauth_access_token_lifetime }),
  // Deviation: of the documented 40 digits five name the parts, so that 140 secret bits are left; RFC 6749 §10.10 asks for
  // 128, and would rather have 160 (docs/adr/0150-partitions.md).
  textOf: (secret, parts) => `${Buffer.from(secret, 'base64url').toString('hex').slice(0, 35)}${pairName(parts)}`,
};

/** Every face, by its name. */
export const faces: Readonly<Record<FaceName, Face>> = { oidc, oauth };

/** The face of a request, or of what came of it: where none is noted, it is OpenID Connect. */
export const faceOf = ({ face = 'oidc' }: { readonly face?: FaceName }): Face => faces[face];

/** The note of a face, as a request and an authorization carry it. */
export const noted = ({ name }: Face): { readonly face?: FaceName } => (name === 'oidc' ? {} : { face: name });
