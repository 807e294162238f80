import { queryOf, type EndpointRequest } from '@portico/endpoint';
import { OAuthError } from './errors.js';

/** Where an access token stands that is in no header. @see RFC 6750 §2.2, §2.3 */
export const bearerParameter = 'access_token';

const bearerIn = (authorization: string): string[] => {
  const [scheme, token, ...more] = authorization.split(/ +/);
  return token !== undefined && more.length === 0 && /^bearer$/i.test(scheme ?? '') ? [token] : [];
};

// Deviation: a published SDK sends its token without the scheme, whatever else it sends (docs/adr/0070-bare-tokens.md).
const bareIn = (authorization: string): string | undefined =>
  authorization === '' || / |^(bearer|basic)$/i.test(authorization) ? undefined : authorization;

/**
 * The access token of a request: in the header, the form or the query, in one of them alone.
 * @see RFC 6750 §2, §2.1, §2.2, §2.3; OpenID Connect Core 1.0 §5.3.1
 * @throws OAuthError invalid_request: more than one
 */
export const bearerToken = (request: EndpointRequest): string | undefined => {
  const inForm = request.method === 'POST' ? (request.params[bearerParameter] ?? []) : [];
  const inQuery = queryOf(request).getAll(bearerParameter);
  const authorization = request.headers.authorization?.trim() ?? '';
  const found = [...bearerIn(authorization), ...inForm, ...inQuery].filter(Boolean);
  if (found.length > 1) throw new OAuthError('invalid_request', 'access_token must be sent once, in one place');
  return found[0] ?? bareIn(authorization);
};
