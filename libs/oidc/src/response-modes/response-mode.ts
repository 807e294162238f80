import type { EndpointReply } from '@portico/endpoint';

/** One way to bring the parameters of a response to the client. @see OAuth 2.0 Multiple Response Type Encoding Practices §2.1 */
export interface ResponseMode {
  readonly name: string;
  reply(redirectUri: string, params: Readonly<Record<string, string>>): EndpointReply;
}
