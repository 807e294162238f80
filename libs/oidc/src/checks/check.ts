import type { AuthorizationParams } from '../authorization-params.js';
import type { Client } from '../client.js';
import type { Face } from '../face.js';

/** Through which door a request comes in; a check stands at some of them. */
export type Door = 'authorize';

/** What a check knows besides the parameters. */
export interface CheckContext {
  readonly client: Client;
  readonly face: Face;
}

/**
 * One rule for authorization requests: does nothing, or throws.
 * @throws OAuthError what the rule's section says
 */
export interface Check {
  readonly name: string;
  readonly doors: readonly Door[];
  check(params: AuthorizationParams, context: CheckContext): void;
}
