import { callerOf, type Clock, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import {
  currentSession,
  participantsAt,
  signedOutCookies,
  SsoFault,
  type CookiePolicy,
  type ReportNeeds,
  type SessionStore,
} from '@portico/sso';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import { logoutFrames } from '../logout/front-channel.js';
import { knownClients } from '../logout/known-clients.js';
import { loggedOut } from '../logout/logged-out.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { isRegistered } from '../redirect-uri.js';
import { readingsOf, type Reading } from '../uri-readings.js';

/** What ending a session by a plain link takes. */
export interface EasyLogoutNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/**
 * Ends the session of this browser, and sends it on to a registered URI. Authing's, a plain link that asks nobody.
 * Deviation: what another site embeds does not come through, a link of it does (docs/adr/0041-logout-by-link.md).
 * @see OpenID Connect RP-Initiated Logout 1.0 §2 (the standard's way), §3
 */
export const easyLogoutEndpoint =
  (needs: EasyLogoutNeeds): Endpoint =>
  async (request) => {
    try {
      if (isEmbedded(request)) throw embedded();
      const session = await currentSession(request, needs);
      const asked = urisOf(request);
      const ids = asked.length > 0 ? await clientIdsOf(request, needs) : [];
      const location = await registeredOf(asked, ids, needs);
      const frames = await logoutFrames(session, needs);
      if (session) await needs.sessions.end(session.sid, 'logout', { at: needs.clock(), by: callerOf(request) });
      // Where no client is known there is none that has made a mistake, and the person only stays here.
      if (location !== undefined || ids.length === 0) return loggedOut({ frames, next: location }, needs.cookies);
      const cookies = signedOutCookies(needs.cookies);
      return { ...deliver(notRegistered(asked), { to: 'page' }, { request, report: needs.report }), cookies };
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };

const isEmbedded = ({ headers: { 'sec-fetch-site': site, 'sec-fetch-dest': destination } }: EndpointRequest): boolean =>
  site === 'cross-site' && destination !== undefined && destination !== 'document';

const embedded = (): SsoFault =>
  new SsoFault(403, 'embedded_logout', 'A page of another site cannot sign anybody out from within itself.');

const urisOf = (request: EndpointRequest): Reading[] =>
  readingsOf(request, { name: 'redirect_uri', beside: ['app_id'] });

const clientIdsOf = async (request: EndpointRequest, needs: EasyLogoutNeeds): Promise<string[]> => {
  const participants = await participantsAt(request, needs);
  const [named] = request.params.app_id ?? [];
  return [...new Set([...(named === undefined ? [] : [named]), ...participants.map(({ clientId }) => clientId)])];
};

const registeredOf = async (
  readings: readonly Reading[],
  ids: readonly string[],
  { clients }: EasyLogoutNeeds,
): Promise<string | undefined> => {
  const known = await knownClients(ids, clients);
  return readings.find((reading) => known.some((client) => isOf(reading, client)))?.uri;
};

// A `*` could stand for the parameters behind it too: there the reading of the standard counts alone.
const isOf = ({ uri, isStandard }: Reading, { metadata }: Client): boolean => {
  const registered = [...metadata.post_logout_redirect_uris, ...metadata.redirect_uris];
  return isRegistered(uri, registered, {
    ...metadata,
    redirect_uri_wildcards: isStandard && metadata.redirect_uri_wildcards,
  });
};

const notRegistered = (readings: readonly Reading[]): OAuthError =>
  new OAuthError(
    'invalid_request',
    'You are signed out, but redirect_uri is not registered for the client that app_id names, nor for one of this session',
    { detail: readings.at(-1)?.uri ?? '' },
  );
