import type { CallReply, CallRequest } from '@portico/contracts';
import { randomId, type EndpointRequest } from '@portico/endpoint';
import { authenticateClient } from './client-auth/authenticate-client.js';
import { methodAt } from './client-auth/client-authentication.js';
import type { IntrospectionNeeds } from './endpoints/introspection.js';
import { asOAuthError } from './errors.js';
import { introspected } from './introspected.js';

/** Introspection for services on the same bus. */
export type IntrospectCall = (call: CallRequest<'introspect'>) => Promise<CallReply<'introspect'>>;

/**
 * Tells of several tokens what the introspection endpoint tells of one, by the same rules; in the order in which they were
 * asked for.
 * @see RFC 7662 §2.1, §2.2, §2.3
 */
export const introspectCall =
  (needs: IntrospectionNeeds): IntrospectCall =>
  async (call) => {
    const id = randomId();
    let request = requestOf(call, { id, isBasic: false });
    try {
      const asking = await needs.clients.find(call.client_id);
      const isBasic = asking !== undefined && methodAt('introspection', asking) === 'client_secret_basic';
      request = requestOf(call, { id, isBasic });
      const client = await authenticateClient(request, 'introspection', needs);
      return { answers: await Promise.all(call.tokens.map((token) => introspected(token, client, needs))) };
    } catch (thrown) {
      const error = asOAuthError(thrown);
      needs.report(error, request);
      return { error: error.error, error_description: error.description };
    }
  };

/** The call as a request of the endpoint, so that one rule says who a client is; on this way there is no header. */
const requestOf = (
  { tokens: _, client_secret: secret, ...params }: CallRequest<'introspect'>,
  { id, isBasic }: { readonly id: string; readonly isBasic: boolean },
): EndpointRequest => {
  const inHeader = isBasic && secret !== undefined;
  const given = Object.entries({ ...params, client_secret: inHeader ? undefined : secret });
  return {
    id,
    method: 'POST',
    url: '/',
    params: Object.fromEntries(given.flatMap(([name, value]) => (value === undefined ? [] : [[name, [value]]]))),
    headers: inHeader ? { authorization: basic(params.client_id, secret) } : {},
    cookies: {},
    ip: '',
  };
};

// RFC 6749 §2.3.1: both are form-encoded first.
const basic = (id: string, secret: string): string =>
  `Basic ${Buffer.from([id, secret].map(encodeURIComponent).join(':')).toString('base64')}`;
