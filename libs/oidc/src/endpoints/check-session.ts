import {
  checkSessionFrame,
  empty,
  single,
  type Clock,
  type Endpoint,
  type EndpointReply,
  type EndpointRequest,
} from '@portico/endpoint';
import {
  currentSession,
  fullName,
  userAgentState,
  type CookiePolicy,
  type ReportNeeds,
  type SessionStore,
} from '@portico/sso';
import { deliver } from '../delivery.js';
import { isAtHome } from '../origin.js';
import type { ClientStore } from '../ports.js';

/** What telling pages of clients whether something has changed takes. */
export interface CheckSessionNeeds extends ReportNeeds {
  readonly clients: ClientStore;
  readonly sessions: SessionStore;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/**
 * The page that clients load in a frame, by GET; and by POST what its script has to know of those who ask it: may the
 * pages of this origin ask for this client?
 * @see OpenID Connect Session Management 1.0 §3.2, §3.3
 */
export const checkSessionEndpoint =
  (needs: CheckSessionNeeds): Endpoint =>
  async (request) => {
    try {
      return request.method === 'POST' ? await verdict(request, needs) : await frame(request, needs);
    } catch (error) {
      return deliver(error, { to: 'page' }, { request, report: needs.report });
    }
  };

// Where a session has ended elsewhere, its browser hears of it here.
const frame = async (request: EndpointRequest, needs: CheckSessionNeeds): Promise<EndpointReply> => {
  const isLive = (await currentSession(request, needs)) !== undefined;
  const { cookies } = userAgentState(request, needs.cookies, { isLive });
  return checkSessionFrame(fullName('state', needs.cookies), { cookies });
};

const verdict = async (request: EndpointRequest, { clients }: CheckSessionNeeds): Promise<EndpointReply> => {
  const { client_id: id = '', origin = '' } = single(request, ['client_id', 'origin']);
  const client = await clients.find(id);
  return empty(client && isAtHome(origin, client.metadata) ? 204 : 403);
};
