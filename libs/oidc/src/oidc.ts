import { urlOf, type EndpointName } from '@portico/contracts';
import type { Clock, Endpoint } from '@portico/endpoint';
import type { KeySet, PasswordKey, SealKey } from '@portico/jwt';
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
  type TallyNeeds,
} from '@portico/sso';
import { secretVerifier } from './client-auth/client-secret.js';
import { authorizeEndpoint } from './endpoints/authorize.js';
import { checkSessionEndpoint } from './endpoints/check-session.js';
import { createSessionEndpoint } from './endpoints/create-session.js';
import { deviceAuthorizationEndpoint } from './endpoints/device-authorization.js';
import { deviceQrEndpoint } from './endpoints/device-qr.js';
import { deviceVerificationEndpoint } from './endpoints/device-verification.js';
import { discoveryEndpoint } from './endpoints/discovery.js';
import { easyLogoutEndpoint } from './endpoints/easy-logout.js';
import { endSessionEndpoint } from './endpoints/end-session.js';
import { getProfileEndpoint } from './endpoints/get-profile.js';
import { introspectionEndpoint } from './endpoints/introspection.js';
import { jwksEndpoint } from './endpoints/jwks.js';
import { logoutEndpoint } from './endpoints/logout.js';
import { registerEndpoint } from './endpoints/register.js';
import { passwordKeyEndpoint, systemEndpoint } from './endpoints/password-key.js';
import { resumeEndpoint } from './endpoints/resume.js';
import { revocationEndpoint } from './endpoints/revocation.js';
import { revocationsEndpoint } from './endpoints/revocations.js';
import { signInJsonEndpoint } from './endpoints/sign-in-json.js';
import { tokenEndpoint } from './endpoints/token.js';
import { trackSessionEndpoint } from './endpoints/track-session.js';
import { userinfoEndpoint } from './endpoints/userinfo.js';
import { validateAccessTokenEndpoint } from './endpoints/validate-access-token.js';
import { validateTokenEndpoint } from './endpoints/validate-token.js';
import { faces } from './face.js';
import { introspectCall, type IntrospectCall } from './introspect-call.js';
import { deliverLogout, type DeliverLogoutNeeds } from './logout/deliver-logout.js';
import type { LogoutTarget } from './logout/logout-delivery.js';
import { metadata, oauthMetadata } from './metadata.js';
import { operations, type Operations } from './operations/index.js';
import type { Policy } from './policy.js';
import type {
  AccessKeyStore,
  ClientStore,
  DeviceStore,
  PublishedRevocations,
  RemoteKeys,
  ReplayStore,
  Revocations,
  TokenStore,
} from './ports.js';
import { subjectIdentifiers } from './subject-identifier.js';

/** Everything the endpoints of OpenID Connect take; each of them names its own part of it. */
export interface OidcNeeds extends ReportNeeds, TallyNeeds {
  readonly policy: Policy;
  readonly clients: ClientStore;
  readonly accessKeys: AccessKeyStore;
  readonly tokens: TokenStore;
  readonly revocations: Revocations;
  readonly publishedRevocations: PublishedRevocations;
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
  /** To which clients encrypt passwords. */
  readonly passwordKey: () => PasswordKey;
  /** Derives a refresh token's successor; 32 bytes. */
  readonly refreshKey: Uint8Array;
  /** Opens the client secrets that are stored sealed. */
  readonly clientSecretKey: SealKey;
  readonly replays: ReplayStore;
  readonly remoteKeys: RemoteKeys;
  /** Makes pairwise subject identifiers; 32 bytes. */
  readonly pairwiseKey: Uint8Array;
  readonly clock: Clock;
  readonly cookies: CookiePolicy;
}

/** The endpoints of this library. */
export type OidcEndpoints = Record<Exclude<EndpointName, 'interaction' | 'signIn' | 'sessions' | 'graphql'>, Endpoint>;

const wired = (given: OidcNeeds) => {
  const path = (name: EndpointName): string => new URL(urlOf(name, given.policy)).pathname;
  return {
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
};

/** What is asked for by GraphQL; a service reads and writes that language. @see GraphQL, October 2021, §2.3 */
export const oidcOperations = (given: OidcNeeds): Operations => operations(wired(given));

/** What is answered to services on the same bus. */
export interface OidcCalls {
  readonly introspect: IntrospectCall;
}

/** The calls, with what they take. */
export const oidcCalls = (given: OidcNeeds): OidcCalls => ({ introspect: introspectCall(wired(given)) });

/** The one wiring file: every endpoint with its needs. */
export const oidcEndpoints = (given: OidcNeeds): OidcEndpoints => {
  const needs = wired(given);
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
    revocations: revocationsEndpoint(needs),
    endSession: endSessionEndpoint(needs),
    checkSession: checkSessionEndpoint(needs),
    oauthAuthorize: authorizeEndpoint(oauth),
    oauthToken: tokenEndpoint(oauth),
    oauthDiscovery: discoveryEndpoint({ ...oauth, metadata: oauthMetadata }),
    oauthUserinfo: userinfoEndpoint(oauth),
    oauthIntrospection: introspectionEndpoint(oauth),
    oauthRevocation: revocationEndpoint(oauth),
    validateToken: validateTokenEndpoint(needs),
    validateAccessToken: validateAccessTokenEndpoint(needs),
    oauthValidateAccessToken: validateAccessTokenEndpoint(oauth),
    passwordKey: passwordKeyEndpoint(needs),
    system: systemEndpoint(needs),
    signInJson: signInJsonEndpoint(needs),
    easyLogout: easyLogoutEndpoint(needs),
    trackSession: trackSessionEndpoint(needs),
    logout: logoutEndpoint(needs),
    getProfile: getProfileEndpoint(needs),
    register: registerEndpoint(needs),
    createSession: createSessionEndpoint(needs),
  };
};

/** Everything that telling clients of logouts takes. */
export type LogoutNeeds = Omit<DeliverLogoutNeeds, 'subjectFor'> & Pick<OidcNeeds, 'pairwiseKey'>;

/** Tells one participant of an ended session; answers after how many seconds to try again, if so. @see OpenID Connect Back-Channel Logout 1.0 §2.5 */
export const logoutDelivery =
  (given: LogoutNeeds) =>
  (target: LogoutTarget): Promise<number | undefined> =>
    deliverLogout(target, { ...given, subjectFor: subjectIdentifiers(given.pairwiseKey) });
