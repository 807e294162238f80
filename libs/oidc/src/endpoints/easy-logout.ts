import { page, redirect, type Clock, type Endpoint, type EndpointRequest } from '@portico/endpoint';
import {
  currentSession,
  noCookie,
  SsoFault,
  type CookiePolicy,
  type ReportNeeds,
  type Session,
  type SessionStore,
} from '@portico/sso';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { ClientStore } from '../ports.js';
import { isRegistered } from '../redirect-uri.js';

/** What ending a session by a plain link takes. */
export interface EasyLogoutNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
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
    const cookies = [noCookie('session', needs.cookies)];
    try {
      if (isEmbedded(request)) throw embedded();
      const session = await currentSession(request, needs);
      const asked = urisOf(request);
      const location = asked.length > 0 ? await registeredOf(asked, { request, session }, needs) : undefined;
      if (session) await needs.sessions.end(session.sid, 'logout', needs.clock());
      if (location !== undefined) return redirect(location, { cookies });
      if (asked.length === 0) return page(200, { name: 'logged-out' }, { cookies });
      return { ...deliver(notRegistered(asked), { to: 'page' }, { request, report: needs.report }), cookies };
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };

const isEmbedded = ({ headers: { 'sec-fetch-site': site, 'sec-fetch-dest': destination } }: EndpointRequest): boolean =>
  site === 'cross-site' && destination !== undefined && destination !== 'document';

const embedded = (): SsoFault =>
  new SsoFault(403, 'embedded_logout', 'A page of another site cannot sign anybody out from within itself.');

/**
 * What `redirect_uri` may mean, longest first: the published SDKs send it as it is, so that behind an `&` of its own it
 * falls apart into parameters of ours.
 */
const urisOf = ({ url, params }: EndpointRequest): string[] => {
  const [, rest] = /[?&]redirect_uri=(.*)$/s.exec(url) ?? [];
  const [parsed] = params.redirect_uri ?? [];
  const readings = [rest, rest?.replace(/&app_id=[^&]*$/, ''), parsed];
  return [...new Set(readings.filter((reading) => reading !== undefined && reading !== ''))] as string[];
};

const registeredOf = async (
  uris: readonly string[],
  { request, session }: { request: EndpointRequest; session: Session | undefined },
  { clients, sessions }: EasyLogoutNeeds,
): Promise<string | undefined> => {
  const participants = session ? await sessions.participants(session.sid) : [];
  const ids = [...new Set([...(request.params.app_id ?? []).slice(0, 1), ...participants])];
  const found = await Promise.all(ids.map((id) => clients.find(id)));
  return uris.find((uri) => found.some((client) => client && isOf(uri, client)));
};

const isOf = (uri: string, { metadata }: Client): boolean =>
  isRegistered(uri, [...metadata.post_logout_redirect_uris, ...metadata.redirect_uris], metadata);

const notRegistered = (uris: readonly string[]): OAuthError =>
  new OAuthError(
    'invalid_request',
    'You are signed out, but redirect_uri is not registered for the client that app_id names, nor for one of this session',
    { detail: uris.at(-1) ?? '' },
  );
