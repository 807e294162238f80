import type { Session, SessionStore } from '@portico/sso';
import type { Client } from '../client.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { knownClients } from './known-clients.js';

/** What finding the frames of a logout takes. */
export interface FrontChannelNeeds {
  readonly sessions: SessionStore;
  readonly clients: ClientStore;
  readonly policy: Policy;
}

// A page with more of them would be gone before they have loaded; the latest clients come first.
const mostFrames = 100;

/**
 * What the page at the end of a session loads unseen, so that the clients in it sign their person out; to be asked before
 * the session ends, or after it, but not once it is forgotten.
 * @see OpenID Connect Front-Channel Logout 1.0 §2, §3; OpenID Connect RP-Initiated Logout 1.0 §2
 */
export const logoutFrames = async (
  session: Session | undefined,
  { sessions, clients, policy }: FrontChannelNeeds,
): Promise<string[]> => {
  if (!session) return [];
  const participants = await sessions.participants({ sid: session.sid });
  const known = await knownClients(
    participants.map(({ clientId }) => clientId),
    clients,
  );
  const about = { iss: policy.issuer, sid: session.sid };
  return known.flatMap((client) => frameOf(client, about)).slice(0, mostFrames);
};

const frameOf = ({ metadata }: Client, about: { iss: string; sid: string }): string[] => {
  const { frontchannel_logout_uri: uri, frontchannel_logout_session_required: withSession } = metadata;
  if (uri === undefined) return [];
  const mark = uri.includes('?') ? '&' : '?';
  return [withSession ? `${uri}${mark}${new URLSearchParams(about).toString()}` : uri];
};
