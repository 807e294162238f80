import {
  callerOf,
  namedSecret,
  page,
  redirect,
  single,
  type Clock,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
  type Page,
  type Params,
} from '@portico/endpoint';
import { browserOf, csrfToken, type CookiePolicy } from '../cookies.js';
import { currentSession } from '../current-session.js';
import { browserInWords } from '../browser-in-words.js';
import { endSessionsOf } from '../end-sessions.js';
import { faultPage, SsoFault, type ReportNeeds } from '../fault.js';
import { interactionLifetimeSeconds } from '../interaction.js';
import { checkForgery } from '../open-interaction.js';
import type { AccountStore, ClientsOnPages, InteractionStore, SessionStore } from '../ports.js';
import type { Session, SessionWithClients } from '../session.js';

/** What showing a person their sessions takes. */
export interface SessionsNeeds extends ReportNeeds {
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly accounts: AccountStore;
  readonly clientsOnPages: ClientsOnPages;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
  /** What this provider calls itself where no client waits. */
  readonly host: string;
  readonly paths: { readonly sessions: string; readonly interaction: string; readonly endSession: string };
}

const recognized = ['ui_locales', 'csrf', 'answer', 'sid'] as const;
type SessionsParams = Params<(typeof recognized)[number]>;

/** A request, read. */
interface Asked {
  readonly request: EndpointRequest;
  readonly params: SessionsParams;
}

/**
 * Where a person is signed in: their sessions (GET), and the end of one or of all others (POST). Ours; signing out here
 * is left to the end_session endpoint, so that there is one way out.
 * @see OWASP ASVS 5.0 §7.5.2, OpenID Connect Back-Channel Logout 1.0 §2.7 (what ends with a session)
 */
export const sessionsEndpoint =
  (needs: SessionsNeeds): Endpoint =>
  async (request) => {
    try {
      const asked = { request, params: single(request, recognized) };
      const session = await currentSession(request, needs);
      if (!session) return await signInFirst(asked, needs);
      if (request.method === 'GET') return await listPage(asked, session, needs);
      checkForgery(request, needs.cookies, { purpose, csrf: asked.params.csrf });
      return await answered(asked, session, needs);
    } catch (error) {
      return faultPage(error, request, needs);
    }
  };

const purpose = 'sessions';

const linkTo = (path: string, { ui_locales }: SessionsParams): string =>
  ui_locales === undefined ? path : `${path}?${new URLSearchParams({ ui_locales }).toString()}`;

const signInFirst = async ({ request, params }: Asked, needs: SessionsNeeds): Promise<EndpointReply> => {
  const { interactions, clock, cookies: policy, host, paths } = needs;
  const { hash: browserHash, cookies } = browserOf(request, policy);
  const now = clock();
  const expiresAt = now + interactionLifetimeSeconds;
  const id = namedSecret({ from: now, until: expiresAt });
  await interactions.open({
    id,
    browserHash,
    clientId: '',
    client: { name: host },
    prompt: { name: 'login' },
    answers: {},
    returnTo: linkTo(paths.sessions, params),
    request: {},
    expiresAt,
    ...(params.ui_locales === undefined ? {} : { uiLocales: params.ui_locales }),
  });
  return redirect(`${paths.interaction}?interaction=${id}`, { cookies });
};

const listPage = async (
  { request, params: { ui_locales: uiLocales } }: Asked,
  { sid, subject }: Session,
  needs: SessionsNeeds,
): Promise<EndpointReply> => {
  const at = needs.clock();
  const [all, account] = await Promise.all([needs.sessions.ofSubject(subject, at), needs.accounts.find(subject)]);
  const { secret, cookies } = browserOf(request, needs.cookies);
  const sessions = all.map((one) => shown(one, sid));
  return page(
    200,
    {
      name: 'sessions',
      action: needs.paths.sessions,
      csrf: csrfToken(secret, purpose),
      signOut: needs.paths.endSession,
      ...(uiLocales === undefined ? {} : { uiLocales }),
      account: { name: account?.claims.name ?? account?.username ?? '' },
      at,
      clients: await clientsOf(all, needs),
      sessions: [...sessions.filter(({ current }) => current), ...sessions.filter(({ current }) => !current)],
    },
    { uiLocales, cookies },
  );
};

type Shown = (Page & { name: 'sessions' })['sessions'][number];

const shown = (session: SessionWithClients, currentSid: string): Shown => {
  const { sid, startedAt, lastUsedAt, ip, clientIds } = session;
  return {
    sid,
    current: sid === currentSid,
    ...browserInWords(session),
    ...(ip === undefined ? {} : { ip }),
    startedAt,
    lastUsedAt,
    clientIds: [...clientIds],
  };
};

/** A page has a bound: a client beyond is not told of. */
const mostClients = 100;

const clientsOf = async (
  sessions: readonly SessionWithClients[],
  { clientsOnPages }: SessionsNeeds,
): Promise<(Page & { name: 'sessions' })['clients']> => {
  const ids = [...new Set(sessions.flatMap(({ clientIds }) => clientIds))].slice(0, mostClients);
  const found = await Promise.all(ids.map(async (id) => [id, await clientsOnPages.find(id)] as const));
  return Object.fromEntries(found.flatMap(([id, client]) => (client ? [[id, client] as const] : [])));
};

const answered = async ({ request, params }: Asked, session: Session, needs: SessionsNeeds): Promise<EndpointReply> => {
  const { answer, sid } = params;
  const { sessions, clock, paths } = needs;
  const [reason, when] = ['ended_by_person', { at: clock(), by: callerOf(request) }] as const;
  if (answer === 'others') {
    await endSessionsOf(session.subject, { reason, when, except: session.sid }, needs);
  } else if (answer === 'end' && sid !== undefined) {
    if (sid === session.sid) return redirect(linkTo(paths.endSession, params));
    const other = await sessions.findBySid(sid, when.at);
    if (other?.subject === session.subject) await sessions.end(sid, reason, when);
  } else {
    throw new SsoFault(400, 'invalid_request', 'answer does not fit the question');
  }
  return redirect(linkTo(paths.sessions, params));
};
