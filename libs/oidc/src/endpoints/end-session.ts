import {
  callerOf,
  page,
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
  participantsAt,
  type AccountStore,
  type CookiePolicy,
  type ReportNeeds,
  type Session,
  type SessionStore,
} from '@portico/sso';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import { idTokenHint, mayBeOfFormerKey, type IdTokenHintNeeds } from '../id-token-hint.js';
import { logoutFrames } from '../logout/front-channel.js';
import { knownClients } from '../logout/known-clients.js';
import { loggedOut } from '../logout/logged-out.js';
import { isHinted } from '../logout/logout-hint.js';
import { locationOf, logoutParams, postLogoutOf, type PostLogout } from '../post-logout.js';
import type { SubjectFor } from '../subject-identifier.js';
import { wayBackTo } from '../way-back.js';

/** What ending a session takes. */
export interface EndSessionNeeds extends IdTokenHintNeeds, ReportNeeds {
  readonly sessions: SessionStore;
  readonly accounts: AccountStore;
  readonly subjectFor: SubjectFor;
  readonly cookies: CookiePolicy;
  readonly paths: { readonly endSession: string };
}

/** What a logout request asks, checked. */
interface Logout {
  readonly hint: JwtClaims | undefined;
  readonly client: Client | undefined;
  /** Where the browser goes afterwards; absent where it stays. */
  readonly goesTo: PostLogout | undefined;
  /** Who is to be signed out, in the client's words. */
  readonly logoutHint: string | undefined;
  readonly uiLocales: string | undefined;
}

const recognized = [...logoutParams, 'answer', 'csrf'] as const;
type EndSessionParams = Params<(typeof recognized)[number]>;

/**
 * The end_session endpoint: a request that proves by its ID Token that it comes from an application of this session
 * ends it at once; of any other the person is asked.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2
 */
export const endSessionEndpoint =
  (needs: EndSessionNeeds): Endpoint =>
  async (request) => {
    try {
      const params = single(request, recognized);
      const session = await currentSession(request, needs);
      const logout = await logoutOf({ request, params, session }, needs);
      if (!session) return done(logout, [], needs);
      const answer = answerOf(request, params, needs);
      if (answer === 'stay') return page(200, { name: 'still-signed-in' }, { uiLocales: logout.uiLocales });
      if (answer !== 'logout' && !(await isOf(session, logout, needs)))
        return confirmation({ request, params, logout }, needs);
      const frames = await logoutFrames(session, needs);
      await needs.sessions.end(session.sid, 'logout', { at: needs.clock(), by: callerOf(request) });
      return done(logout, frames, needs);
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };

interface Given {
  readonly request: EndpointRequest;
  readonly params: EndSessionParams;
  readonly session: Session | undefined;
}

const logoutOf = async ({ request, params, session }: Given, needs: EndSessionNeeds): Promise<Logout> => {
  const hint = await hintOf(params.id_token_hint, needs);
  const named = await clientOf(params, hint, needs);
  const clients = named ? [named] : await clientsOf({ request, params, hint }, needs);
  // Where nothing is left to end, and nobody to compare the URI with, the person need not be told of a fault.
  const goesTo = session || clients.length > 0 ? postLogoutOf(request, params, clients) : undefined;
  const client = named ?? goesTo?.client;
  return { hint, client, goesTo, logoutHint: params.logout_hint, uiLocales: params.ui_locales };
};

// The SDKs name no client; then those of this session, or of the one that this browser had last, may have registered the
// URI. Of a session that goes on the person is asked all the same (§2: "the OP MUST ask the End-User this question if an
// id_token_hint was not provided").
const clientsOf = async (
  { request, params, hint }: Omit<Given, 'session'> & Pick<Logout, 'hint'>,
  needs: EndSessionNeeds,
): Promise<Client[]> => {
  if (hint || params.post_logout_redirect_uri === undefined) return [];
  const participants = await participantsAt(request, needs);
  return knownClients(
    participants.map(({ clientId }) => clientId),
    needs.clients,
  );
};

// §4: of one that cannot be verified nothing may be used. Where that is nobody's fault, it is as if there were none.
const hintOf = async (hint: string | undefined, needs: EndSessionNeeds): Promise<JwtClaims | undefined> => {
  if (hint === undefined) return undefined;
  const claims = await idTokenHint(hint, needs);
  if (claims || (await mayBeOfFormerKey(hint, needs))) return claims;
  throw new OAuthError('invalid_request', 'id_token_hint must be an ID Token of this issuer');
};

const clientOf = async (
  params: EndSessionParams,
  hint: JwtClaims | undefined,
  { clients }: EndSessionNeeds,
): Promise<Client | undefined> => {
  const named = namedIn(params);
  if (named && hint && hint.aud !== named.id)
    throw new OAuthError('invalid_request', `${named.by} differs from the audience of id_token_hint`);
  const id = named?.id ?? (typeof hint?.aud === 'string' ? hint.aud : undefined);
  const client = id === undefined ? undefined : await clients.find(id);
  if (named && !client) throw new OAuthError('invalid_request', `${named.by} is not registered here`);
  return client;
};

// `app_id` is Authing's name for it.
const namedIn = ({ client_id: id, app_id: alias }: EndSessionParams): { by: string; id: string } | undefined => {
  if (id !== undefined && alias !== undefined && id !== alias)
    throw new OAuthError('invalid_request', 'app_id differs from client_id');
  if (id !== undefined) return { by: 'client_id', id };
  return alias === undefined ? undefined : { by: 'app_id', id: alias };
};

// The hint names the person as its own client knows them; what `logout_hint` says besides must not name another one.
const isOf = async (session: Session, { hint, client, logoutHint }: Logout, needs: EndSessionNeeds) => {
  if (!client || hint?.sub !== needs.subjectFor(client, session.subject)) return false;
  if (hint.sid !== undefined && hint.sid !== session.sid) return false;
  return logoutHint === undefined || isHinted(logoutHint, { session, sub: hint.sub }, needs);
};

const purpose = 'logout';

const answerOf = (
  request: EndpointRequest,
  { answer, csrf }: EndSessionParams,
  { cookies }: EndSessionNeeds,
): string | undefined =>
  request.method === 'POST' && isOurForm(request, cookies, { purpose, csrf }) ? answer : undefined;

const confirmation = (
  { request, params, logout }: { request: EndpointRequest; params: EndSessionParams; logout: Logout },
  { cookies, paths }: EndSessionNeeds,
): EndpointReply => {
  const browser = browserOf(request, cookies);
  const fields = fieldsOf(params, logout);
  const model = { name: 'logout' as const, action: paths.endSession, csrf: csrfToken(browser.secret, purpose), fields };
  return page(200, model, { uiLocales: params.ui_locales, cookies: browser.cookies });
};

// As they were understood: a form encodes them, and what was found out by the session is wanted after its end too.
const fieldsOf = (
  { id_token_hint, logout_hint, ui_locales }: EndSessionParams,
  { client, goesTo }: Logout,
): Record<string, string> => {
  const fields = {
    id_token_hint,
    logout_hint,
    ui_locales,
    client_id: client?.id,
    post_logout_redirect_uri: goesTo?.uri,
    state: goesTo?.state,
  };
  return Object.fromEntries(Object.entries(fields).flatMap(([name, value]) => (value ? [[name, value]] : [])));
};

const done = (
  { goesTo, client, uiLocales }: Logout,
  frames: readonly string[],
  { cookies, policy }: EndSessionNeeds,
): EndpointReply => {
  const back = client ? wayBackTo(client, policy.issuer) : {};
  return loggedOut({ frames, next: goesTo && locationOf(goesTo), ...back, uiLocales }, cookies);
};
