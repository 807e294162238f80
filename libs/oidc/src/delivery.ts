import { json, page, showingOf, type EndpointReply, type EndpointRequest, type WayBack } from '@portico/endpoint';
import { faultPage, SsoFault, type ReportNeeds } from '@portico/sso';
import { asOAuthError, retryAfter, type OAuthError } from './errors.js';
import { respond, type RedirectTarget } from './response-modes/index.js';

/** How far the request got, and so where its error goes (law 6). */
export type Destination =
  | { readonly to: 'json'; readonly challenge?: 'Basic' | 'Bearer' }
  | { readonly to: 'page'; readonly back?: WayBack }
  | { readonly to: 'client'; readonly target: RedirectTarget };

const challengeOf = ({ error, description }: OAuthError, scheme: 'Basic' | 'Bearer'): string =>
  scheme === 'Basic'
    ? 'Basic realm="portico", charset="UTF-8"'
    : `Bearer realm="portico", error="${error}", error_description="${description}"`;

// RFC 9110 §15.5.2 wants a challenge on every 401, RFC 6750 §3 one wherever no token came that opens something.
const headersOf = (error: OAuthError, challenge?: 'Basic' | 'Bearer'): Record<string, string> => {
  if (error.status === 429 || error.status === 503) return retryAfter(error);
  if (challenge && (error.status === 401 || (challenge === 'Bearer' && error.status < 500)))
    return { 'www-authenticate': challengeOf(error, challenge) };
  return {};
};

// RFC 6749 §8.2 leaves no room for parameters of our own on the way back to the client, so the sentence names the request.
const toldByRedirect = ({ error, description }: OAuthError, { id }: EndpointRequest): Record<string, string> => ({
  error,
  error_description: `${description} (correlation_id ${id})`,
});

/**
 * Turns an error into the reply that its destination calls for: before the redirect URI is checked a page, after it a
 * redirect, on the back channel JSON.
 * @see RFC 6749 §4.1.2.1, §5.2; RFC 6750 §3, §3.1; RFC 7009 §2.2.1; RFC 7521 §4.2.1; RFC 7662 §2.3
 * @see OpenID Connect Core 1.0 §3.1.3.4, §5.3.3, §12.3
 */
export const deliver = (
  thrown: unknown,
  destination: Destination,
  context: ReportNeeds & { request: EndpointRequest },
): EndpointReply => {
  const { request, report } = context;
  if (thrown instanceof SsoFault) return faultPage(thrown, request, context);
  const error = asOAuthError(thrown);
  report(error, request);
  const told = { error: error.error, error_description: error.description, correlation_id: request.id };
  switch (destination.to) {
    case 'json':
      return json(error.status, told, { headers: headersOf(error, destination.challenge) });
    case 'client':
      return respond(destination.target, toldByRedirect(error, request));
    case 'page':
      // A person authenticates by the page, never by HTTP: 401 would need a challenge (RFC 9110 §15.5.2).
      return page(
        error.status === 401 ? 400 : error.status,
        {
          name: 'error',
          error: error.error,
          description: error.description,
          correlationId: request.id,
          ...(destination.back && { back: destination.back }),
        },
        { ...showingOf(request), headers: headersOf(error) },
      );
  }
};
