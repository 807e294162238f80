import type { Asked, Caller } from '@portico/endpoint';
import type { Authenticator, ConsentStore, SessionStore } from '@portico/sso';
import type { z } from 'zod';
import type { AuthenticatedClient } from '../client-auth/authenticate-client.js';
import type { Face } from '../face.js';
import type { IdTokenHintNeeds } from '../id-token-hint.js';
import type { DeviceStore, TokenStore } from '../ports.js';
import type { SubjectFor } from '../subject-identifier.js';
import type { Issue } from '../tokens.js';

/** What redeeming a grant takes. */
export interface GrantNeeds extends IdTokenHintNeeds {
  readonly tokens: TokenStore;
  readonly devices: DeviceStore;
  readonly sessions: SessionStore;
  readonly consents: ConsentStore;
  readonly subjectFor: SubjectFor;
  /** The issuer that is asked. */
  readonly face: Face;
  /** Derives a refresh token's successor; 32 bytes. */
  readonly refreshKey: Uint8Array;
  /** Checks a name and a password as the sign-in page does, with the same count of guesses. */
  readonly passwordAuthenticator: Authenticator;
}

/** What is known of the request besides its parameters. */
export interface Redemption extends GrantNeeds {
  /** The gateway's: the same request asked again has the same. */
  readonly requestId: string;
  readonly by: Caller;
}

/** The time of the clock, and who has sent the request. */
export const askedNow = ({ clock, by }: Pick<Redemption, 'clock' | 'by'>): Asked => ({ at: clock(), by });

/** One kind of exchange at the token endpoint; a new one is one file and one line in the list. @see RFC 6749 §4.5 */
export interface Grant<Params extends z.ZodObject = z.ZodObject> {
  /** Its `grant_type`. */
  readonly name: string;
  /** What it recognizes besides what tells of the client. */
  readonly params: Params;
  /** @throws OAuthError invalid_grant, invalid_scope, unauthorized_client */
  redeem(params: z.output<Params>, client: AuthenticatedClient, needs: Redemption): Promise<Issue>;
}

/** Says a grant with the types of its parameters. */
export const grant = <Params extends z.ZodObject>(it: Grant<Params>): Grant<Params> => it;
