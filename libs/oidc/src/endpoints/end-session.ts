import {
  page,
  redirect,
  single,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
  type Params,
} from '@portico/endpoint';
import type { JwtClaims } from '@portico/jwt';
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
import { idTokenHint, type IdTokenHintNeeds } from '../id-token-hint.js';
import { isRegistered } from '../redirect-uri.js';
import type { SubjectFor } from '../subject-identifier.js';
import { wayBackTo } from '../way-back.js';

/** What ending a session takes. */
export interface EndSessionNeeds extends IdTokenHintNeeds, ReportNeeds {
  readonly sessions: SessionStore;
  readonly subjectFor: SubjectFor;
  readonly cookies: CookiePolicy;
  readonly paths: { readonly endSession: string };
}

/** What a logout request asks, checked. */
interface Logout {
  readonly hint: JwtClaims | undefined;
  readonly client: Client | undefined;
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
      if (answer === 'stay') return page(200, { name: 'still-signed-in' }, { uiLocales: logout.uiLocales });
      if (answer !== 'logout' && !isOf(session, logout, needs)) return confirmation(request, params, needs);
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
    client,
    uiLocales: params.ui_locales,
    location: uri === undefined ? undefined : checkedLocation(uri, params.state, client),
  };
};

const hintOf = async (hint: string | undefined, needs: EndSessionNeeds): Promise<JwtClaims | undefined> => {
  if (hint === undefined) return undefined;
  const claims = await idTokenHint(hint, needs);
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
  const { post_logout_redirect_uris: registered, redirect_uri_wildcards } = client.metadata;
  if (!isRegistered(uri, registered, { redirect_uri_wildcards })) {
    throw new OAuthError('invalid_request', 'post_logout_redirect_uri is not one of those registered for this client', {
      detail: uri,
    });
  }
  if (state === undefined) return uri;
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams({ state }).toString()}`;
};

// The hint names the person as its own client knows them.
const isOf = ({ sid, subject }: Session, { hint, client }: Logout, { subjectFor }: EndSessionNeeds): boolean =>
  client !== undefined && hint?.sub === subjectFor(client, subject) && (hint.sid === undefined || hint.sid === sid);

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

const done = ({ location, client, uiLocales }: Logout, { cookies, policy }: EndSessionNeeds): EndpointReply => {
  const gone = { cookies: [noCookie('session', cookies)] };
  if (location !== undefined) return redirect(location, gone);
  const back = client ? wayBackTo(client, policy.issuer) : {};
  return page(200, { name: 'logged-out', ...back }, { ...gone, uiLocales });
};
