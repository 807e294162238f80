import { callerOf, json, type Clock, type Endpoint } from '@portico/endpoint';
import { currentSession, signedOutCookies, type CookiePolicy, type ReportNeeds, type SessionStore } from '@portico/sso';
import { deliver } from '../delivery.js';
import type { Policy } from '../policy.js';
import type { ClientStore } from '../ports.js';
import { trustedPage, type TrustedPage } from '../trusted-page.js';

/** What ending a session by script takes. */
export interface LogoutNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
  readonly policy: Policy;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/**
 * Ends the session of this browser for a script of a client's page; it is well also where nobody is signed in. Authing's.
 * @see OpenID Connect RP-Initiated Logout 1.0 §2 (the standard's way)
 */
export const logoutEndpoint =
  (needs: LogoutNeeds): Endpoint =>
  async (request) => {
    let page: TrustedPage | undefined;
    try {
      page = await trustedPage(request, needs);
      if (!page) return json(403, { code: 403, message: '此页面的来源未登记，不能退出登录' });
      const session = await currentSession(request, needs);
      if (session) await needs.sessions.end(session.sid, 'logout', { at: needs.clock(), by: callerOf(request) });
      const cookies = signedOutCookies(needs.cookies);
      return json(200, { code: 200, message: '退出成功' }, { headers: page.headers, cookies });
    } catch (error) {
      const reply = deliver(error, { to: 'json' }, { request, report: needs.report });
      return { ...reply, headers: { ...reply.headers, ...page?.headers } };
    }
  };
