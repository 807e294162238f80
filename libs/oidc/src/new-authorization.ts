import { randomUUID } from 'node:crypto';
import { partitionFor, partitionName, type EpochSeconds } from '@portico/endpoint';
import type { Authorization } from './authorization.js';
import type { Client } from './client.js';
import { noted, type Face } from './face.js';

/** What an authorization begins with. */
export interface Beginning {
  readonly client: Client;
  readonly face: Face;
  readonly scope: readonly string[];
  readonly at: EpochSeconds;
}

/** A new authorization, as far as it does not depend on a person. Its id names the part of the store that it is kept in. */
export const newAuthorization = ({ client, face, scope, at }: Beginning): Authorization => {
  const expiresAt = at + lifetimeOf({ client, face, scope });
  const part = partitionName(partitionFor({ from: at, until: expiresAt }));
  const id = `${part}-${randomUUID()}`;
  return { id, clientId: client.id, ...noted(face), scope, resources: [], grantedAt: at, expiresAt };
};

/** Until the last token that can come of it has expired; where tokens are renewed, that has an end of its own. */
const lifetimeOf = ({ client, face, scope }: Omit<Beginning, 'at'>): number => {
  const { metadata } = client;
  const once =
    Math.max(metadata.authorization_code_lifetime, metadata.device_code_lifetime) +
    face.accessTokens(client).lifetimeSeconds;
  const isRefreshed = face.refreshes(scope, client) || renews(client);
  return isRefreshed ? Math.max(once, metadata.refresh_token_absolute_lifetime) : once;
};

// Authing's way of one access token for the next (docs/adr/0060-graphql.md).
const renews = ({ metadata }: Client): boolean =>
  ['password', 'refresh_token'].every((name) => metadata.grant_types.some((one) => one === name));
