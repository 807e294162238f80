import { named, type Caller, type EndpointReply, type EndpointRequest } from '@portico/endpoint';
import type { Authorization } from '../authorization.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { Client } from '../client.js';
import { OAuthError } from '../errors.js';
import { respond, type RedirectTarget } from '../response-modes/index.js';
import { answerWith, responseTypes } from '../response-types/index.js';
import type { ResponseNeeds } from '../response-types/response-type.js';

/** How a request ends once nobody has to be asked any more. The steps before it are the same for each. */
export interface Ending {
  /** Where the browser comes back from a person: a path of ours. */
  readonly returnTo: string;
  /** Can a person be asked in this window? */
  mayAsk(browser: EndpointRequest): boolean;
  granted(authorization: Authorization, by: Caller): Promise<EndpointReply>;
  denied(): Promise<EndpointReply>;
}

/** What answering a client takes. */
export interface AtClientNeeds extends ResponseNeeds {
  readonly paths: { readonly interaction: string; readonly resume: string };
}

/**
 * The ending of an authorization request: an answer to the client.
 * @see OpenID Connect Core 1.0 §3.1.2.5
 * @throws OAuthError access_denied
 */
export const atClient = (
  { request, client, target }: { request: AuthorizationRequest; client: Client; target: RedirectTarget },
  needs: AtClientNeeds,
): Ending => ({
  returnTo: needs.paths.resume,
  // In a frame, the answer goes to the window around it: a page that asks would be shown inside of the application.
  mayAsk: ({ headers }) => !(target.mode.name === 'web_message' && headers['sec-fetch-dest'] === 'iframe'),
  granted: async (authorization, by) => {
    const responseType = named(responseTypes, request.responseType);
    if (!responseType) throw new OAuthError('server_error', 'The request lost its response type');
    return respond(target, await answerWith(responseType, { request, client, authorization, by }, needs));
  },
  denied: () => Promise.reject(new OAuthError('access_denied', 'The person did not go on')),
});
