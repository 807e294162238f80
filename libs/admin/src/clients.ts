import type { Clock, EpochSeconds } from '@portico/endpoint';
import type { Client, ClientMetadata } from '@portico/oidc';
import { fault } from './faults.js';
import { newClientId, newClientSecret } from './generate.js';
import { takesSecret } from './key-checks.js';
import { parseClient } from './parse-one.js';
import type { Registrations } from './ports.js';
import { newlyKept, type SecretNeeds } from './secrets.js';
import { checkSectors, type ReadDocument } from './sectors.js';

interface Needs extends SecretNeeds {
  readonly registrations: Registrations;
  readonly clock: Clock;
}

interface CreateNeeds extends Needs {
  readonly readDocument: ReadDocument;
}

/** A client's secret in clear text: told once, to whoever made it, and stored nowhere. @see RFC 6749 §2.3.1 */
export interface ToldSecret {
  readonly clientId: string;
  readonly secret?: string;
}

/** What administrators see of a client: its settings, and its secrets' times. @see RFC 7591 §2 */
export interface ClientView extends ClientMetadata {
  readonly client_id: string;
  readonly secrets: readonly { readonly created_at: EpochSeconds; readonly expires_at?: EpochSeconds }[];
}

/** The time for which the secret before holds beside the new one. @see RFC 6749 §2.3.1 */
export const standardOverlapSeconds = 86_400;

/**
 * Registers a client with these settings, under a new id unless they bear one; a confidential one gets a secret.
 * @see RFC 7591 §2
 * @throws DeclarationError a setting does not fit, or the id is taken
 */
export const createClient = async (
  settings: Readonly<Record<string, unknown>>,
  needs: CreateNeeds,
): Promise<ToldSecret> => {
  const { registrations, readDocument, clock } = needs;
  const secret = takesSecret(settings) ? newClientSecret() : undefined;
  const declared = parseClient({ client_id: newClientId(), ...settings, ...(secret && { client_secret: secret }) });
  const clients = await registrations.clients();
  if (clients.some(({ id }) => id === declared.id)) throw fault('client_id', 'is taken');
  const { id, metadata } = declared;
  const secrets = secret ? [await newlyKept(secret, { client: { id, metadata }, at: clock() }, needs)] : [];
  const client = { id, metadata, secrets };
  await checkSectors([{ after: client, path: '' }], readDocument);
  await registrations.save([client], []);
  return { clientId: declared.id, ...(secret && { secret }) };
};

const view = ({ id, metadata, secrets }: Client): ClientView => ({
  client_id: id,
  ...metadata,
  secrets: secrets.map(({ createdAt, expiresAt }) => ({
    created_at: createdAt,
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  })),
});

/** Every client by name, without its secrets. @see RFC 7591 §2 */
export const listClients = async ({ registrations }: Pick<Needs, 'registrations'>): Promise<ClientView[]> => {
  const label = ({ client_name: name, client_id: id }: ClientView): string => name ?? id;
  const views = (await registrations.clients()).map(view);
  return views.sort((one, other) => label(one).localeCompare(label(other)));
};

/**
 * Gives a client another secret; those before hold for `overlapSeconds` more, so that its instances can be told one
 * by one.
 * @see RFC 6749 §2.3.1
 * @throws DeclarationError there is no such client, or it is a public one
 */
export const rotateSecret = async (
  { clientId, overlapSeconds }: { clientId: string; overlapSeconds: number },
  needs: Needs,
): Promise<ToldSecret> => {
  const { registrations, clock } = needs;
  const client = (await registrations.clients()).find(({ id }) => id === clientId);
  if (!client) throw fault('client_id', 'names no client');
  if (client.metadata.token_endpoint_auth_method === 'none')
    throw fault('client_id', 'names a public client, which has no secret (token_endpoint_auth_method is none)');
  if (!takesSecret({ ...client.metadata })) throw fault('client_id', 'names a client that needs no secret');
  const secret = newClientSecret();
  const at = clock();
  const kept = await newlyKept(secret, { client, at }, needs);
  const done = await registrations.rotateSecret(clientId, kept, at + overlapSeconds);
  if (!done) throw fault('client_id', 'names no client');
  return { clientId, secret };
};
