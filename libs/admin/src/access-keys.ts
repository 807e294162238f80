import type { Clock, EpochSeconds } from '@portico/endpoint';
import type { AccessKey } from '@portico/oidc';
import type { PasswordHasher } from '@portico/sso';
import { fault } from './faults.js';
import { newAccessKey, newClientSecret } from './generate.js';
import type { Registrations } from './ports.js';

interface Needs {
  readonly registrations: Pick<Registrations, 'clients' | 'accessKeys'>;
  readonly passwords: Pick<PasswordHasher, 'hash'>;
  readonly clock: Clock;
}

/** An access key with its secret in clear text: told once, to whoever made it, and stored nowhere. @see RFC 6749 §4.4 */
export interface ToldAccessKey {
  readonly clientId: string;
  readonly accessKey: string;
  readonly secret: string;
}

/** What administrators see of an access key. @see RFC 6749 §4.4 */
export interface AccessKeyView {
  readonly access_key: string;
  readonly client_id: string;
  readonly created_at: EpochSeconds;
  readonly disabled_at?: EpochSeconds;
}

/**
 * Gives a client one more access key.
 * @see RFC 6749 §4.4
 * @throws DeclarationError there is no such client, or it is not registered for client_credentials
 */
export const createAccessKey = async (
  clientId: string,
  { registrations, passwords, clock }: Needs,
): Promise<ToldAccessKey> => {
  const client = (await registrations.clients()).find(({ id }) => id === clientId);
  if (!client) throw fault('client_id', 'names no client');
  if (!client.metadata.grant_types.includes('client_credentials'))
    throw fault('client_id', 'names a client without client_credentials in grant_types');
  const [id, secret] = [newAccessKey(), newClientSecret()];
  const key = { id, clientId, hash: await passwords.hash(secret), createdAt: clock() };
  if (!(await registrations.accessKeys.add(key))) throw fault('client_id', 'names no client');
  return { clientId, accessKey: id, secret };
};

const view = ({ id, clientId, createdAt, disabledAt }: AccessKey): AccessKeyView => ({
  access_key: id,
  client_id: clientId,
  created_at: createdAt,
  ...(disabledAt !== undefined && { disabled_at: disabledAt }),
});

/** The access keys of a client, or of all, without their secrets; the oldest of each client first. @see RFC 6749 §4.4 */
export const listAccessKeys = async (
  clientId: string | undefined,
  { registrations }: Pick<Needs, 'registrations'>,
): Promise<AccessKeyView[]> => {
  const keys = await registrations.accessKeys.list();
  return keys
    .filter((key) => clientId === undefined || key.clientId === clientId)
    .sort((one, other) => one.clientId.localeCompare(other.clientId) || one.createdAt - other.createdAt)
    .map(view);
};

/**
 * Disables an access key from now on, or enables it again. Tokens that it has got stay until they expire.
 * @see RFC 6749 §4.4
 * @throws DeclarationError there is no such key
 */
export const setAccessKeyDisabled = async (
  { accessKey, disabled }: { accessKey: string; disabled: boolean },
  { registrations, clock }: Pick<Needs, 'registrations' | 'clock'>,
): Promise<void> => {
  const done = await registrations.accessKeys.setDisabled(accessKey, disabled ? clock() : undefined);
  if (!done) throw fault('access_key', 'names no access key');
};

/**
 * Deletes an access key for good.
 * @see RFC 6749 §4.4
 * @throws DeclarationError there is no such key
 */
export const deleteAccessKey = async (
  accessKey: string,
  { registrations }: Pick<Needs, 'registrations'>,
): Promise<void> => {
  if (!(await registrations.accessKeys.remove(accessKey))) throw fault('access_key', 'names no access key');
};
