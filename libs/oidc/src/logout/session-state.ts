import { randomSecret, sha256, type EndpointRequest } from '@portico/endpoint';
import { userAgentState, type CookiePolicy } from '@portico/sso';
import type { Client } from '../client.js';
import type { RedirectTarget } from '../response-modes/index.js';

// What one client at one origin is told; another one cannot tell that it is the same.
const sessionState = (clientId: string, origin: string, userAgent: string): string => {
  const salt = randomSecret();
  return `${sha256([clientId, origin, userAgent, salt].join(' '))}.${salt}`;
};

/**
 * The target of an OpenID Connect request, whose responses, errors too, tell the session state.
 * @see OpenID Connect Session Management 1.0 §2, §3.2; RFC 6454 §4
 */
export const withSessionState = (
  target: RedirectTarget,
  { browser, client }: { readonly browser: EndpointRequest; readonly client: Client },
  policy: CookiePolicy,
): RedirectTarget => {
  const { value, cookies } = userAgentState(browser, policy);
  const { origin } = new URL(target.redirectUri);
  const state = sessionState(client.id, origin, value);
  return { ...target, beside: { params: { session_state: state }, cookies } };
};
