import {
  page,
  redirect,
  single,
  type Clock,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
  type Params,
} from '@portico/endpoint';
import { verifyJwt, type JwtClaims, type KeySet } from '@portico/jwt';
import {
  browserOf,
  csrfToken,
  currentSession,
  isOurForm,
  noCookie,
  type CookiePolicy,
  type ReportNeeds,
  type Session,
  type SessionStore,
} from '@portico/sso';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { isRegistered } from '../redirect-uri.js';

/** What ending a session takes. */
export interface EndSessionNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
  readonly keys: () => KeySet;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
  readonly paths: { readonly endSession: string };
}

/** What a logout request asks, checked. */
interface Logout {
  readonly hint: JwtClaims | undefined;
  /** Where the browser goes afterwards, with `state`; absent where it stays. */
  readonly location: string | undefined;
  readonly uiLocales: string | undefined;
}

/**
 * The end_session endpoint: a request that proves by its ID Token that it comes from an application of this session
 * ends it at once; of any other the person is asked.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2
 */
export const endSessionEndpoint =
  (needs: EndSessionNeeds): Endpoint =>
  async (request) => {
    try {
      const params = single(request);
      const logout = await logoutOf(params, needs);
      const session = await currentSession(request, needs);
      if (!session) return done(logout, needs);
      const answer = answerOf(request, params, needs);
      if (answer === 'stay') return page(200, { name: 'logged-out' }, { uiLocales: logout.uiLocales });
      if (answer !== 'logout' && !isOf(session, logout.hint)) return confirmation(request, params, needs);
      await needs.sessions.end(session.sid, 'logout', needs.clock());
      return done(logout, needs);
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };

const logoutOf = async (params: Params, needs: EndSessionNeeds): Promise<Logout> => {
  const hint = await hintOf(params.id_token_hint, needs);
  const client = await clientOf(params, hint, needs);
  const uri = params.post_logout_redirect_uri;
  return {
    hint,
    uiLocales: params.ui_locales,
    location: uri === undefined ? undefined : checkedLocation(uri, params.state, client),
  };
};

// §2: a hint whose time has passed is still a hint; only its signature and issuer must be ours.
const hintOf = async (hint: string | undefined, { keys, policy }: EndSessionNeeds): Promise<JwtClaims | undefined> => {
  if (hint === undefined) return undefined;
  const claims = await verifyJwt(hint, keys(), { typ: 'JWT', issuer: policy.issuer });
  if (!claims) throw new OAuthError('invalid_request', 'id_token_hint must be an ID Token of this issuer');
  return claims;
};

const clientOf = async (
  { client_id: named }: Params,
  hint: JwtClaims | undefined,
  { clients }: EndSessionNeeds,
): Promise<Client | undefined> => {
  if (named !== undefined && hint !== undefined && hint.aud !== named) {
    throw new OAuthError('invalid_request', 'client_id differs from the audience of id_token_hint');
  }
  const id = named ?? (typeof hint?.aud === 'string' ? hint.aud : undefined);
  const client = id === undefined ? undefined : await clients.find(id);
  if (named !== undefined && !client) throw new OAuthError('invalid_request', 'client_id is not registered here');
  return client;
};

// §3: an exact match with one of the registered URIs; without a client there is none to match.
const checkedLocation = (uri: string, state: string | undefined, client: Client | undefined): string => {
  if (!client)
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri needs id_token_hint or client_id beside it');
  if (!isRegistered(uri, client.metadata.post_logout_redirect_uris)) {
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not one of those registered for this client', {
      detail: uri,
    });
  }
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
};

const isOf = ({ sid, subject }: Session, hint: JwtClaims | undefined): boolean =>
  hint?.sub === subject && (hint.sid === undefined || hint.sid === sid);

const purpose = 'logout';

const answerOf = (
  request: EndpointRequest,
  { answer, csrf }: Params,
  { cookies }: EndSessionNeeds,
): string | undefined =>
  request.method === 'POST' && isOurForm(request, cookies, { purpose, csrf }) ? answer : undefined;

const confirmation = (request: EndpointRequest, params: Params, { cookies, paths }: EndSessionNeeds): EndpointReply => {
  const browser = browserOf(request, cookies);
  const { csrf, answer, ...fields } = params;
  const model = { name: 'logout' as const, action: paths.endSession, csrf: csrfToken(browser.secret, purpose), fields };
  return page(200, model, { uiLocales: params.ui_locales, cookies: browser.cookies });
};

const done = ({ location, uiLocales }: Logout, { cookies }: EndSessionNeeds): EndpointReply => {
  const gone = { cookies: [noCookie('session', cookies)] };
  return location === undefined ? page(200, { name: 'logged-out' }, { ...gone, uiLocales }) : redirect(location, gone);
};
