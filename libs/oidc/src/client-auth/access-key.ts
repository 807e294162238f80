import type { Client } from '../client.js';
import type { AccessKeyStore } from '../ports.js';
import type { ClientParams } from './client-authentication.js';

/** May a client be known by an access key here: at the token endpoint, for client_credentials? @see RFC 6749 §4.4 */
export const takesAccessKeys = (endpoint: string, { grant_type: type }: ClientParams): boolean =>
  endpoint === 'token' && type === 'client_credentials';

/**
 * The client whose access key this is. By its key it is a confidential client, with that key's secret and no other; with
 * none at all where the key is disabled.
 * @see RFC 6749 §4.4
 */
export const ownerOfAccessKey = async (
  id: string,
  { accessKeys }: { readonly accessKeys: AccessKeyStore },
): Promise<Client | undefined> => {
  const held = await accessKeys.find(id);
  if (!held) return undefined;
  const { client, key } = held;
  const { hash, createdAt, disabledAt } = key;
  return {
    ...client,
    metadata: { ...client.metadata, token_endpoint_auth_method: 'client_secret_post' },
    secrets: disabledAt === undefined ? [{ hash, createdAt }] : [],
  };
};
