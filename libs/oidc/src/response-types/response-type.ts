import type { Authorization } from '../authorization.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { Client } from '../client.js';
import type { TokenStore } from '../ports.js';

/** An authorization that is about to be answered. */
export interface Granted {
  readonly request: AuthorizationRequest;
  readonly client: Client;
  readonly authorization: Authorization;
}

/** What answering takes. */
export interface ResponseNeeds {
  readonly tokens: TokenStore;
}

/** What an authorization endpoint can answer with; a new one is one file and one line in the list. @see RFC 6749 §3.1.1 */
export interface ResponseType {
  /** Its words in alphabetical order. @see OAuth 2.0 Multiple Response Type Encoding Practices §3 */
  readonly name: string;
  /** The grant type for which a client must be registered. @see RFC 7591 §2.1 */
  readonly grantType: string;
  respond(granted: Granted, needs: ResponseNeeds): Promise<Record<string, string>>;
}
