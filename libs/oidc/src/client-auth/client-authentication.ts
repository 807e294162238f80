import type { Clock, EndpointRequest, Params } from '@portico/endpoint';
import type { ClientKeysNeeds } from '../client-keys.js';
import type { ClientSecretsNeeds } from '../client-secrets.js';
import type { Client, ClientAuthMethod } from '../client.js';
import type { Face } from '../face.js';
import type { Policy } from '../policy.js';
import type { ReplayStore } from '../ports.js';
import type { SecretVerifier } from './client-secret.js';

/** What a request says of who its client is. */
export interface Credentials {
  readonly clientId: string;
  /** Readings of the secret: a client may or may not have form-encoded it. Absent where there is none. */
  readonly secrets: readonly string[];
  /** A JWT that the client has signed. @see RFC 7523 §2.2 */
  readonly assertion?: string;
}

/** What of a request tells who its client is; an access key does so for one `grant_type`. @see RFC 6749 §2.3.1, §4.4; RFC 7521 §4.2 */
export const clientParams = [
  'client_id',
  'client_secret',
  'client_assertion',
  'client_assertion_type',
  'grant_type',
] as const;

/** They, each at most once. @see RFC 6749 §3.2 */
export type ClientParams = Params<(typeof clientParams)[number]>;

/** The endpoints at which a client authenticates; each can have a method of its own. */
export type AuthenticatedEndpoint = 'token' | 'introspection' | 'revocation';

/** Who is to be proved, and where. */
export interface Claimed {
  /** Absent where there is no such client, or it is registered for another method here. */
  readonly client: Client | undefined;
  readonly endpoint: AuthenticatedEndpoint;
  readonly request: EndpointRequest;
}

/** What proving a client takes. */
export interface ProofNeeds extends ClientSecretsNeeds, ClientKeysNeeds {
  readonly verifySecret: SecretVerifier;
  readonly replays: ReplayStore;
  readonly policy: Policy;
  readonly face: Face;
  readonly clock: Clock;
}

/** How this client authenticates at this endpoint: as at the token endpoint where nothing else is set. @see RFC 8414 §2 */
export const methodAt = (endpoint: AuthenticatedEndpoint, { metadata }: Client): ClientAuthMethod =>
  (endpoint === 'token' ? undefined : metadata[`${endpoint}_endpoint_auth_method`]) ??
  metadata.token_endpoint_auth_method;

/** One way for a client to say who it is; a new one is one file and one line in the list. @see OpenID Connect Core 1.0 §9 */
export interface ClientAuthentication {
  readonly name: ClientAuthMethod;
  /**
   * The credentials, where the request has some of this kind.
   * @throws OAuthError invalid_client: they cannot be read
   */
  present(request: EndpointRequest, params: ClientParams): Credentials | undefined;
  /**
   * The client, where it is the one it claims to be; of several secrets it bears the one by which it proved so.
   * @throws OAuthError invalid_client: why it is not
   */
  prove(credentials: Credentials, claimed: Claimed, needs: ProofNeeds): Promise<Client | undefined>;
}
