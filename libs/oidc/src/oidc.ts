import { urlOf, type EndpointName } from '@portico/contracts';
import type { Clock, Endpoint } from '@portico/endpoint';
import type { KeySet } from '@portico/jwt';
import {
  passwordAuthenticator,
  type AccountStore,
  type AttemptStore,
  type ConsentStore,
  type CookiePolicy,
  type InteractionStore,
  type PasswordHasher,
  type ReportNeeds,
  type SessionStore,
} from '@portico/sso';
import { secretVerifier } from './client-auth/client-secret.js';
import { authorizeEndpoint } from './endpoints/authorize.js';
import { deviceAuthorizationEndpoint } from './endpoints/device-authorization.js';
import { deviceQrEndpoint } from './endpoints/device-qr.js';
import { deviceVerificationEndpoint } from './endpoints/device-verification.js';
import { discoveryEndpoint } from './endpoints/discovery.js';
import { easyLogoutEndpoint } from './endpoints/easy-logout.js';
import { endSessionEndpoint } from './endpoints/end-session.js';
import { introspectionEndpoint } from './endpoints/introspection.js';
import { jwksEndpoint } from './endpoints/jwks.js';
import { logoutEndpoint } from './endpoints/logout.js';
import { resumeEndpoint } from './endpoints/resume.js';
import { revocationEndpoint } from './endpoints/revocation.js';
import { tokenEndpoint } from './endpoints/token.js';
import { trackSessionEndpoint } from './endpoints/track-session.js';
import { userinfoEndpoint } from './endpoints/userinfo.js';
import { validateAccessTokenEndpoint } from './endpoints/validate-access-token.js';
import { validateTokenEndpoint } from './endpoints/validate-token.js';
import { faces } from './face.js';
import { metadata, oauthMetadata } from './metadata.js';
import type { Policy } from './policy.js';
import type { AccessKeyStore, ClientStore, RemoteKeys, ReplayStore, DeviceStore, TokenStore } from './ports.js';
import { subjectIdentifiers } from './subject-identifier.js';

/** Everything the endpoints of OpenID Connect take; each of them names its own part of it. */
export interface OidcNeeds extends ReportNeeds {
  readonly policy: Policy;
  readonly clients: ClientStore;
  readonly accessKeys: AccessKeyStore;
  readonly tokens: TokenStore;
  readonly devices: DeviceStore;
  readonly accounts: AccountStore;
  readonly sessions: SessionStore;
  readonly interactions: InteractionStore;
  readonly consents: ConsentStore;
  readonly attempts: AttemptStore;
  /** Compares client secrets with their hashes. */
  readonly passwords: PasswordHasher;
  /** The key set as it is now. */
  readonly keys: () => KeySet;
  /** Derives a refresh token's successor; 32 bytes. */
  readonly refreshKey: Uint8Array;
  /** Opens the client secrets that are stored sealed; 32 bytes. */
  readonly clientSecretKey: Uint8Array;
  readonly replays: ReplayStore;
  readonly remoteKeys: RemoteKeys;
  /** Makes pairwise subject identifiers; 32 bytes. */
  readonly pairwiseKey: Uint8Array;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/** The endpoints of this library. */
export type OidcEndpoints = Record<Exclude<EndpointName, 'interaction' | 'signIn'>, Endpoint>;

/** The one wiring file: every endpoint with its needs. */
export const oidcEndpoints = (given: OidcNeeds): OidcEndpoints => {
  const path = (name: EndpointName): string => new URL(urlOf(name, given.policy)).pathname;
  const needs = {
    ...given,
    face: faces.oidc,
    verifySecret: secretVerifier(given.passwords),
    passwordAuthenticator: passwordAuthenticator(given),
    subjectFor: subjectIdentifiers(given.pairwiseKey),
    paths: {
      interaction: path('interaction'),
      resume: path('resume'),
      device: path('device'),
      endSession: path('endSession'),
    },
  };
  const oauth = { ...needs, face: faces.oauth };
  return {
    authorize: authorizeEndpoint(needs),
    resume: resumeEndpoint(needs),
    token: tokenEndpoint(needs),
    deviceAuthorization: deviceAuthorizationEndpoint(needs),
    device: deviceVerificationEndpoint(needs),
    deviceQr: deviceQrEndpoint(needs),
    discovery: discoveryEndpoint({ ...needs, metadata }),
    jwks: jwksEndpoint(needs),
    userinfo: userinfoEndpoint(needs),
    introspection: introspectionEndpoint(needs),
    revocation: revocationEndpoint(needs),
    endSession: endSessionEndpoint(needs),
    oauthAuthorize: authorizeEndpoint(oauth),
    oauthToken: tokenEndpoint(oauth),
    oauthDiscovery: discoveryEndpoint({ ...oauth, metadata: oauthMetadata }),
    oauthUserinfo: userinfoEndpoint(oauth),
    oauthIntrospection: introspectionEndpoint(oauth),
    oauthRevocation: revocationEndpoint(oauth),
    validateToken: validateTokenEndpoint(needs),
    validateAccessToken: validateAccessTokenEndpoint(needs),
    oauthValidateAccessToken: validateAccessTokenEndpoint(oauth),
    easyLogout: easyLogoutEndpoint(needs),
    trackSession: trackSessionEndpoint(needs),
    logout: logoutEndpoint(needs),
  };
};
