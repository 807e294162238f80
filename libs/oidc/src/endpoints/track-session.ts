import { json, type Clock, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import {
  currentSession,
  type AccountStore,
  type ConsentStore,
  type CookiePolicy,
  type Participant,
  type ReportNeeds,
  type Session,
  type SessionStore,
} from '@portico/sso';
import { claimsFor } from '../claims.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { faces } from '../face.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { scopesOf, spelledOut } from '../scope.js';
import type { SubjectFor } from '../subject-identifier.js';
import { trustedPage, type TrustedPage } from '../trusted-page.js';

/** What telling of a session takes. */
export interface TrackSessionNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly consents: ConsentStore;
  readonly policy: Policy;
  readonly subjectFor: SubjectFor;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/**
 * Tells a client's page whether somebody is signed in at this browser, and who, as far as they have let this client
 * know. Authing's; without their consent it says no more than `prompt=none` does.
 * @see OpenID Connect Core 1.0 §3.1.2.1 (prompt=none, the standard's way)
 */
export const trackSessionEndpoint =
  (needs: TrackSessionNeeds): Endpoint =>
  async (request) => {
    let page: TrustedPage | undefined;
    try {
      page = await trustedPage(request, needs);
      return json(200, page ? await told(request, page, needs) : { session: null }, { headers: page?.headers ?? {} });
    } catch (error) {
      const reply = deliver(error, { to: 'json' }, { request, report: needs.report });
      return { ...reply, headers: { ...reply.headers, ...page?.headers } };
    }
  };

const told = async (
  request: EndpointRequest,
  page: TrustedPage,
  needs: TrackSessionNeeds,
): Promise<Record<string, unknown>> => {
  const session = await currentSession(request, needs);
  const participants = session ? await needs.sessions.participants({ sid: session.sid }) : [];
  const client = session && (await clientOf(participants, page, needs));
  if (!client) return { session: null };
  const scopes = await approvedScopes(session, client, needs);
  const type = participants.find(({ clientId }) => clientId === client.id)?.face ?? faces.oidc.name;
  if (!scopes) return { session: { appId: client.id, type }, userInfo: {} };
  const userId = needs.subjectFor(client, session.subject);
  return {
    session: { appId: client.id, type, userId },
    userInfo: { _id: userId, ...(await userInfo(session, scopes, needs)) },
  };
};

/** Of the page's clients the one that is in the session; where no page is named, the latest that is. */
const clientOf = async (
  participants: readonly Participant[],
  { clients: there }: TrustedPage,
  { clients }: TrackSessionNeeds,
): Promise<Client | undefined> => {
  if (there.length > 0) return there.find(({ id }) => participants.some(({ clientId }) => clientId === id)) ?? there[0];
  const [latest] = participants;
  return latest && clients.find(latest.clientId);
};

const approvedScopes = async (
  { subject }: Session,
  { id, metadata }: Client,
  { consents }: TrackSessionNeeds,
): Promise<readonly string[] | undefined> =>
  metadata.consent === 'skip' ? scopesOf(metadata.scope) : (await consents.find(subject, id))?.scopes;

const userInfo = async (
  { subject }: Session,
  scopes: readonly string[],
  { accounts }: TrackSessionNeeds,
): Promise<Record<string, unknown>> => {
  const account = await accounts.find(subject);
  const claims = account ? claimsFor(account, spelledOut(scopes)) : {};
  const { email, username, preferred_username: preferred, nickname, picture: photo } = claims;
  return { email, username: username ?? preferred, nickname, photo };
};
