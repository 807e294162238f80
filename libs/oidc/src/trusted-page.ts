import type { EndpointRequest } from '@portico/endpoint';
import type { Client } from './client.js';
import type { Policy } from './policy.js';
import type { ClientStore } from './ports.js';

/** A page whose scripts may ask for the session of its browser, and end it. */
export interface TrustedPage {
  /** The clients that live there; none is named where the browser says of no origin. */
  readonly clients: readonly Client[];
  /** What lets its scripts read the answer. @see Fetch Standard §3.3.2 (Access-Control-Allow-Credentials) */
  readonly headers: Record<string, string>;
}

/**
 * The page that sent a request, where it is one of ours or of a registered client. A cookie comes along from everywhere;
 * which page asks, only the browser's own headers tell.
 * @see RFC 6454 §7.3, Fetch Metadata Request Headers §2.4
 */
export const trustedPage = async (
  { headers }: EndpointRequest,
  { clients, policy }: { readonly clients: ClientStore; readonly policy: Policy },
): Promise<TrustedPage | undefined> => {
  const { origin, 'sec-fetch-site': site } = headers;
  // A picture or a link of another site: it can read nothing, but an answer to it could end a session.
  if (origin === undefined) return site === 'cross-site' ? undefined : { clients: [], headers: {} };
  const found = await clients.ofOrigin(origin);
  if (found.length === 0 && origin !== new URL(policy.issuer).origin) return undefined;
  return {
    clients: found,
    headers: { 'access-control-allow-origin': origin, 'access-control-allow-credentials': 'true' },
  };
};
