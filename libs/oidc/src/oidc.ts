import { urlOf, type EndpointName } from '@portico/contracts';
import type { Clock, Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import type {
  AccountStore,
  ConsentStore,
  CookiePolicy,
  InteractionStore,
  PasswordHasher,
  ReportNeeds,
  SessionStore,
} from '@portico/sso';
import { secretVerifier } from './client-auth/client-secret.js';
import { authorizeEndpoint } from './endpoints/authorize.js';
import { discoveryEndpoint } from './endpoints/discovery.js';
import { endSessionEndpoint } from './endpoints/end-session.js';
import { introspectionEndpoint } from './endpoints/introspection.js';
import { jwksEndpoint } from './endpoints/jwks.js';
import { resumeEndpoint } from './endpoints/resume.js';
import { revocationEndpoint } from './endpoints/revocation.js';
import { tokenEndpoint } from './endpoints/token.js';
import { userinfoEndpoint } from './endpoints/userinfo.js';
import type { Policy } from './policy.js';
import type { ClientStore, TokenStore } from './ports.js';

/** Everything the endpoints of OpenID Connect take; each of them names its own part of it. */
export interface OidcNeeds extends ReportNeeds {
  readonly policy: Policy;
  readonly clients: ClientStore;
  readonly tokens: TokenStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  /** Compares client secrets with their hashes. */
  readonly passwords: PasswordHasher;
  /** The key set as it is now. */
  readonly keys: () => KeySet;
  /** Derives a refresh token's successor; 32 bytes. */
  readonly refreshKey: Uint8Array;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/** The endpoints of this library. */
export type OidcEndpoints = Record<Exclude<EndpointName, 'interaction' | 'signIn'>, Endpoint>;

/** The one wiring file: every endpoint with its needs. */
export const oidcEndpoints = (given: OidcNeeds): OidcEndpoints => {
  const path = (name: EndpointName): string => new URL(urlOf(name, given.policy.issuer)).pathname;
  const needs = {
    ...given,
    verifySecret: secretVerifier(given.passwords),
    paths: { interaction: path('interaction'), resume: path('resume'), endSession: path('endSession') },
  };
  return {
    authorize: authorizeEndpoint(needs),
    resume: resumeEndpoint(needs),
    token: tokenEndpoint(needs),
    discovery: discoveryEndpoint(needs),
    jwks: jwksEndpoint(needs),
    userinfo: userinfoEndpoint(needs),
    introspection: introspectionEndpoint(needs),
    revocation: revocationEndpoint(needs),
    endSession: endSessionEndpoint(needs),
  };
};
