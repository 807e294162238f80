import type { Caller } from '@portico/endpoint';
import type { AccessTokenNeeds } from '../access-token.js';
import type { Authorization, StoredToken } from '../authorization.js';
import type { AuthorizationRequest } from '../authorization-request.js';
import type { Client } from '../client.js';
import type { IdTokenNeeds } from '../id-token.js';
import type { TokenStore } from '../ports.js';

/** An authorization that is about to be answered. */
export interface Granted {
  readonly request: AuthorizationRequest;
  readonly client: Client;
  readonly authorization: Authorization;
  /** Who has sent the request that is answered. */
  readonly by?: Caller;
}

/** What answering takes. */
export interface ResponseNeeds extends AccessTokenNeeds, IdTokenNeeds {
  readonly tokens: TokenStore;
}

/** Parameters of a response, and what must be stored before it is sent. */
export interface Issued {
  readonly params: Readonly<Record<string, string>>;
  readonly stored: readonly StoredToken[];
}

/** One word of a response type: what it adds to what the words before it have issued. @see RFC 6749 §3.1.1 */
export interface ResponsePart {
  readonly name: string;
  issue(granted: Granted, before: Issued, needs: ResponseNeeds): Promise<Issued>;
}

/** What an authorization endpoint can answer with; a new one is one line in the list. @see RFC 6749 §3.1.1 */
export interface ResponseType {
  /** Its words in alphabetical order. @see OAuth 2.0 Multiple Response Type Encoding Practices §1.2 */
  readonly name: string;
  /** In the order in which they are issued: the ID Token last, for it speaks of the others. */
  readonly parts: readonly ResponsePart[];
  /** The grant types for which a client must be registered. @see RFC 7591 §2.1 */
  readonly grantTypes: readonly string[];
}
