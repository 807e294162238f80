import { single, type Branded, type EndpointRequest } from '@portico/endpoint';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import type { AccessKeyStore, ClientStore } from '../ports.js';
import { ownerOfAccessKey, takesAccessKeys } from './access-key.js';
import {
  clientParams,
  methodAt,
  type AuthenticatedEndpoint,
  type ClientAuthentication,
  type ClientParams,
  type Credentials,
  type ProofNeeds,
} from './client-authentication.js';
import { clientAuthentications } from './index.js';

/** A client that has proved who it is, or, where it is public, has said so: only `authenticateClient` makes one (law 2). */
export type AuthenticatedClient = Branded<Client, 'AuthenticatedClient'>;

/** What authenticating a client takes. */
export interface ClientAuthNeeds extends ProofNeeds {
  readonly clients: ClientStore;
  readonly accessKeys: AccessKeyStore;
}

const refused = (description: string, detail: string): OAuthError =>
  new OAuthError('invalid_client', description, { detail });

interface Presented {
  readonly method: ClientAuthentication;
  readonly credentials: Credentials;
}

const found = (request: EndpointRequest, params: ClientParams): Presented[] =>
  clientAuthentications.flatMap((method) => {
    const credentials = method.present(request, params);
    return credentials ? [{ method, credentials }] : [];
  });

// Deviation: a published SDK names its application in the header, as always, and its access key in the body, which wins
// (docs/adr/0031-access-keys.md). The header is not looked at then: it proves nothing, and opens nothing.
const withoutHeader = (
  all: readonly Presented[],
  { client_id: id, client_secret: secret }: ClientParams,
): Presented[] =>
  all.filter(({ method, credentials }) => {
    const isBeside = secret !== undefined && credentials.clientId !== id;
    return !(method.name === 'client_secret_basic' && isBeside);
  });

const presented = (request: EndpointRequest, params: ClientParams, endpoint: AuthenticatedEndpoint): Presented => {
  const all = found(request, params);
  const [first, ...others] = takesAccessKeys(endpoint, params) ? withoutHeader(all, params) : all;
  if (!first) throw refused('The client must authenticate: client_id is missing', 'no credentials');
  if (params.client_id !== undefined && params.client_id !== first.credentials.clientId) {
    throw new OAuthError('invalid_request', 'client_id differs from the client that authenticates');
  }
  if (others.some(({ method }) => method.name !== 'none')) {
    throw new OAuthError('invalid_request', 'The client must not use more than one authentication method');
  }
  return first;
};

/**
 * Tells which client sent a request, and has it proved as the client is registered to do at this endpoint.
 * @see RFC 6749 §2.3, §3.2.1, §10.2; RFC 7521 §4.2; OpenID Connect Core 1.0 §3.1.3.1, §9, §12.1
 * @throws OAuthError invalid_client: unknown, or not proved; invalid_request: two methods at once
 */
export const authenticateClient = async (
  request: EndpointRequest,
  endpoint: AuthenticatedEndpoint,
  needs: ClientAuthNeeds,
): Promise<AuthenticatedClient> => {
  const params = single(request, clientParams);
  const { method, credentials } = presented(request, params, endpoint);
  const client = await needs.clients.find(credentials.clientId);
  const isKey = !client && credentials.secrets.length > 0 && takesAccessKeys(endpoint, params);
  const owner = isKey ? await ownerOfAccessKey(credentials.clientId, needs) : undefined;
  const expected = client && methodAt(endpoint, client);
  // Also for an unknown client: whether one exists must not be told by the time an answer takes.
  const claimed = { client: expected === method.name ? client : owner, endpoint, request };
  const proved = await method.prove(credentials, claimed, needs);
  if (proved) return proved as AuthenticatedClient;
  if (!client || expected === method.name) {
    throw refused('The client is unknown, or its credentials are wrong', `client ${credentials.clientId}`);
  }
  throw refused(
    `This client is registered for ${String(expected)} here and used ${method.name}`,
    `client ${client.id}`,
  );
};
