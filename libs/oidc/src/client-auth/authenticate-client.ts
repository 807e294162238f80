import { single, type Branded, type Clock, type EndpointRequest, type Params } from '@portico/endpoint';
import type { Client, ClientAuthMethod } from '../client.js';
import { OAuthError } from '../errors.js';
import type { ClientStore } from '../ports.js';
import type { Credentials } from './client-authentication.js';
import type { SecretVerifier } from './client-secret.js';
import { clientAuthentications } from './index.js';

/** A client that has proved who it is, or, where it is public, has said so: only `authenticateClient` makes one (law 2). */
export type AuthenticatedClient = Branded<Client, 'AuthenticatedClient'>;

/** The endpoints at which a client authenticates; each can have a method of its own. */
export type AuthenticatedEndpoint = 'token' | 'introspection' | 'revocation';

/** What authenticating a client takes. */
export interface ClientAuthNeeds {
  readonly clients: ClientStore;
  readonly verifySecret: SecretVerifier;
  readonly clock: Clock;
}

/** How this client authenticates at this endpoint: as at the token endpoint where nothing else is set. @see RFC 8414 §2 */
export const methodAt = (endpoint: AuthenticatedEndpoint, { metadata }: Client): ClientAuthMethod =>
  (endpoint === 'token' ? undefined : metadata[`${endpoint}_endpoint_auth_method`]) ??
  metadata.token_endpoint_auth_method;

const refused = (description: string, detail: string): OAuthError =>
  new OAuthError('invalid_client', description, { detail });

const presented = (
  request: EndpointRequest,
  params: Params,
): { method: ClientAuthMethod; credentials: Credentials } => {
  const found = clientAuthentications.flatMap((kind) => {
    const credentials = kind.present(request, params);
    return credentials ? [{ method: kind.name, credentials }] : [];
  });
  const [first, ...others] = found;
  if (!first) throw refused('The client must authenticate: client_id is missing', 'no credentials');
  if (params.client_id !== undefined && params.client_id !== first.credentials.clientId) {
    throw new OAuthError('invalid_request', 'client_id differs from the client in the Authorization header');
  }
  if (others.some(({ method }) => method === 'client_secret_post')) {
    throw new OAuthError('invalid_request', 'The client must not use more than one authentication method');
  }
  return first;
};

/**
 * Tells which client sent a request, and has it proved as the client is registered to do at this endpoint.
 * @see RFC 6749 §2.3, §3.2.1; OpenID Connect Core 1.0 §9
 * @throws OAuthError invalid_client: unknown, or not proved; invalid_request: two methods at once
 */
export const authenticateClient = async (
  request: EndpointRequest,
  endpoint: AuthenticatedEndpoint,
  needs: ClientAuthNeeds,
): Promise<AuthenticatedClient> => {
  const { method, credentials } = presented(request, single(request));
  const client = await needs.clients.find(credentials.clientId);
  const expected = client && methodAt(endpoint, client);
  if (client && expected === 'none' && method === 'none') return client as AuthenticatedClient;
  // Also for an unknown client: whether one exists must not be told by the time an answer takes.
  const proved =
    method !== 'none' && (await needs.verifySecret(credentials.secrets, client?.secrets ?? [], needs.clock()));
  if (!client || (expected === method && !proved)) {
    throw refused('The client is unknown, or its credentials are wrong', `client ${credentials.clientId}`);
  }
  if (expected !== method)
    throw refused(`This client is registered for ${String(expected)} here and used ${method}`, `client ${client.id}`);
  return client as AuthenticatedClient;
};
