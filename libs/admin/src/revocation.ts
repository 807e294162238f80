import type { Clock } from '@portico/endpoint';
import { fault } from './faults.js';
import type { Registrations } from './ports.js';

interface Needs {
  readonly registrations: Pick<Registrations, 'signOut' | 'revokeClient'>;
  readonly clock: Clock;
}

/**
 * Signs a person out everywhere: their sessions end, and so does whatever clients were let do for them until now. Answers
 * the sessions.
 * @see RFC 7009 §2.1, OpenID Connect Back-Channel Logout 1.0 §2.3
 * @throws DeclarationError there is no such account
 */
export const signOutAccount = async (username: string, { registrations, clock }: Needs): Promise<readonly string[]> => {
  const sids = await registrations.signOut(username, clock());
  if (!sids) throw fault('username', 'names no account');
  return sids;
};

/**
 * Ends whatever was issued to a client until now; the client stays registered.
 * @see RFC 7009 §2.1
 * @throws DeclarationError there is no such client
 */
export const revokeClient = async (clientId: string, { registrations, clock }: Needs): Promise<void> => {
  if (!(await registrations.revokeClient(clientId, clock()))) throw fault('client_id', 'names no client');
};
