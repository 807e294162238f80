import { queryOf, type EndpointRequest } from '@portico/endpoint';
import { OAuthError } from './errors.js';

// The published SDKs also send the token bare, without the scheme.
const inHeader = (authorization: string | undefined): string[] => {
  if (authorization === undefined || authorization.trim() === '') return [];
  const [scheme, token, ...more] = authorization.trim().split(/ +/);
  if (token === undefined) return scheme === undefined || /^(bearer|basic)$/i.test(scheme) ? [] : [scheme];
  return more.length === 0 && scheme !== undefined && /^bearer$/i.test(scheme) ? [token] : [];
};

/**
 * The access token of a request: in the header, the form or the query, in one of them alone.
 * @see RFC 6750 §2
 * @throws OAuthError invalid_request: more than one
 */
export const bearerToken = (request: EndpointRequest): string | undefined => {
  const inForm = request.method === 'POST' ? (request.params.access_token ?? []) : [];
  const inQuery = queryOf(request).getAll('access_token');
  const found = [...inHeader(request.headers.authorization), ...inForm, ...inQuery].filter(Boolean);
  if (found.length > 1) throw new OAuthError('invalid_request', 'access_token must be sent once, in one place');
  return found[0];
};
