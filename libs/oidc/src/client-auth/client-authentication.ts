import type { EndpointRequest, Params } from '@portico/endpoint';
import type { ClientAuthMethod } from '../client.js';

/** What a request says of who its client is. */
export interface Credentials {
  readonly clientId: string;
  /** Readings of the secret: a client may or may not have form-encoded it. Absent where there is none. */
  readonly secrets: readonly string[];
}

/** One way for a client to say who it is; a new one is one file and one line in the list. @see OpenID Connect Core 1.0 §9 */
export interface ClientAuthentication {
  readonly name: ClientAuthMethod;
  /**
   * The credentials, where the request has some of this kind.
   * @throws OAuthError invalid_client: they cannot be read
   */
  present(request: EndpointRequest, params: Params): Credentials | undefined;
}
