import type { Clock } from '@portico/endpoint';
import type { AccessKey, Client } from '@portico/oidc';
import type { PasswordHasher } from '@portico/sso';
import type { Declaration, DeclaredAccessKey } from './declaration.js';
import { DeclarationError, type Fault } from './faults.js';
import { fits, hashOf } from './given.js';
import type { Registrations, SavedClient } from './ports.js';
import { changed, type Step } from './step.js';

interface Needs {
  readonly registrations: Pick<Registrations, 'clients' | 'accessKeys'>;
  readonly passwords: PasswordHasher;
  readonly clock: Clock;
}

interface Placed {
  readonly clientId: string;
  readonly declared: DeclaredAccessKey;
  readonly path: string;
}

const placedIn = ({ clients }: Declaration): Placed[] =>
  clients.flatMap(({ id, accessKeys = [] }, at) =>
    accessKeys.map((declared, index) => ({
      clientId: id,
      declared,
      path: `clients[${at}].access_keys[${index}].access_key`,
    })),
  );

const step = async (
  { clientId, declared }: Placed,
  before: AccessKey | undefined,
  { passwords, clock }: Needs,
): Promise<Step<AccessKey>> => {
  const { id, secret, disabled } = declared;
  const kept = before && (await fits(secret, before.hash, passwords)) ? before : undefined;
  const { disabledAt, ...key } = kept ?? {
    id,
    clientId,
    hash: await hashOf(secret, passwords),
    createdAt: clock(),
    ...(before?.disabledAt !== undefined && { disabledAt: before.disabledAt }),
  };
  // Where the file does not say, it stays as it is: a restart must not open again what somebody has closed.
  const isDisabled = disabled ?? disabledAt !== undefined;
  return { before, after: { ...key, ...(isDisabled && { disabledAt: disabledAt ?? clock() }) } };
};

const takenFaults = (placed: readonly Placed[], keys: readonly AccessKey[], clients: readonly Client[]): Fault[] => {
  const owners = new Map(keys.map(({ id, clientId }) => [id, clientId]));
  const ids = new Set(clients.map(({ id }) => id));
  return placed.flatMap(({ declared: { id }, clientId, path }) => {
    if (ids.has(id)) return [{ path, message: 'is the client_id of a client' }];
    return (owners.get(id) ?? clientId) === clientId ? [] : [{ path, message: 'belongs to another client' }];
  });
};

/**
 * What becomes of the access keys that the declaration names; a client's other keys stay.
 * @see RFC 6749 §4.4
 * @throws DeclarationError one belongs to another client, or is a client's id
 */
export const accessKeySteps = async (declaration: Declaration, needs: Needs): Promise<Step<AccessKey>[]> => {
  const placed = placedIn(declaration);
  if (placed.length === 0) return [];
  const stored = await needs.registrations.accessKeys.list();
  const faults = takenFaults(placed, stored, await needs.registrations.clients());
  if (faults.length > 0) throw new DeclarationError(faults);
  const known = new Map(stored.map((key) => [key.id, key]));
  const steps: Step<AccessKey>[] = [];
  for (const one of placed) steps.push(await step(one, known.get(one.declared.id), needs));
  return steps;
};

/** The clients to be saved: those that change, and those with a key that does. */
export const withAccessKeys = (
  clients: readonly Step<Client>[],
  keySteps: readonly Step<AccessKey>[],
): SavedClient[] => {
  const keys = changed(keySteps);
  const ids = new Set([...changed(clients).map(({ id }) => id), ...keys.map(({ clientId }) => clientId)]);
  return clients
    .filter(({ after }) => ids.has(after.id))
    .map(({ after }) => ({ ...after, accessKeys: keys.filter(({ clientId }) => clientId === after.id) }));
};
