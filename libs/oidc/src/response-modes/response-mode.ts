import type { EndpointReply } from '@portico/endpoint';

/** A response, as far as it decides by which ways it may go. */
export interface Bound {
  readonly responseType: string;
  readonly redirectUri: string;
}

/** One way to bring the parameters of a response to the client. @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export interface ResponseMode {
  readonly name: string;
  /** Why such a response must not go this way; undefined where it may, as every one may where this is absent. */
  misfit?(bound: Bound): string | undefined;
  reply(redirectUri: string, params: Readonly<Record<string, string>>): EndpointReply;
}
