import type { EndpointContract } from './contract.js';

type Terms = Partial<Pick<EndpointContract, 'methods' | 'body' | 'cors' | 'caller' | 'deadlineMs' | 'repeatable'>>;

const endpoint = (name: string, service: EndpointContract['service'], terms: Terms = {}): EndpointContract => ({
  name,
  service,
  subject: `oidc.v1.endpoint.${name}`,
  caller: 'client',
  methods: ['POST'],
  body: 'form',
  cors: false,
  deadlineMs: 10_000,
  repeatable: [],
  ...terms,
});

const page: Terms = { caller: 'browser', methods: ['GET', 'POST'] };
const open: Terms = { methods: ['GET'], cors: true, repeatable: ['GET'] };
/** What a client posts again changes nothing, or makes something besides that nobody is told of. */
const asked: Terms = { cors: true, repeatable: ['POST'] };
const person: Terms = { methods: ['GET', 'POST'], cors: true, repeatable: ['GET', 'POST'] };
/** Reading it changes nothing, answering does. */
const shown: Terms = { ...page, repeatable: ['GET'] };
/** What is begun a second time, an interaction or a code, is left to expire. */
const begun: Terms = { ...page, repeatable: ['GET', 'POST'] };

/** Every endpoint, the service that answers it and who may call it how. */
export const endpoints = {
  authorize: endpoint('authorize', 'authorize', begun),
  resume: endpoint('resume', 'authorize', { ...page, methods: ['GET'] }),
  device: endpoint('device', 'authorize', page),
  deviceQr: endpoint('device-qr', 'authorize', open),
  interaction: endpoint('interaction', 'session', shown),
  signIn: endpoint('sign-in', 'session', { ...page, methods: ['POST'] }),
  endSession: endpoint('end-session', 'session', page),
  sessions: endpoint('sessions', 'session', shown),
  checkSession: endpoint('check-session', 'session', shown),
  token: endpoint('token', 'token', asked),
  deviceAuthorization: endpoint('device-authorization', 'token', asked),
  discovery: endpoint('discovery', 'token', open),
  jwks: endpoint('jwks', 'token', open),
  userinfo: endpoint('userinfo', 'userinfo', person),
  introspection: endpoint('introspection', 'introspection', asked),
  revocation: endpoint('revocation', 'introspection', asked),
  revocations: endpoint('revocations', 'introspection', { repeatable: ['POST'] }),
  // Plain OAuth 2.0: the same endpoints with another face.
  oauthAuthorize: endpoint('oauth-authorize', 'authorize', begun),
  oauthToken: endpoint('oauth-token', 'token', asked),
  oauthDiscovery: endpoint('oauth-discovery', 'token', open),
  oauthUserinfo: endpoint('oauth-userinfo', 'userinfo', person),
  oauthIntrospection: endpoint('oauth-introspection', 'introspection', asked),
  oauthRevocation: endpoint('oauth-revocation', 'introspection', asked),
  // What only the published SDKs and sites of their time call.
  validateToken: endpoint('validate-token', 'introspection', open),
  validateAccessToken: endpoint('validate-access-token', 'introspection', open),
  oauthValidateAccessToken: endpoint('oauth-validate-access-token', 'introspection', open),
  passwordKey: endpoint('password-key', 'token', open),
  system: endpoint('system', 'token', open),
  signInJson: endpoint('sign-in-json', 'token', { ...asked, body: 'json' }),
  easyLogout: endpoint('easy-logout', 'session', { ...page, methods: ['GET'] }),
  trackSession: endpoint('track-session', 'session', { ...open, cors: 'registered' }),
  logout: endpoint('logout', 'session', { methods: ['GET'], cors: 'registered' }),
  getProfile: endpoint('get-profile', 'userinfo', open),
  register: endpoint('register', 'session', { ...page, methods: ['GET'] }),
  createSession: endpoint('create-session', 'session', { ...page, methods: ['GET'] }),
  graphql: endpoint('graphql', 'token', { body: 'json', cors: true }),
} as const satisfies Record<string, EndpointContract>;

/** The name of an endpoint in the table. */
export type EndpointName = keyof typeof endpoints;

type Paths = Readonly<Record<EndpointName, readonly [string, ...string[]]>>;

const authing: Paths = {
  authorize: ['{issuer}/auth', '/oauth/oidc/auth'],
  resume: ['{issuer}/auth/resume'],
  device: ['/device'],
  deviceQr: ['/device/qr'],
  interaction: ['/interaction'],
  signIn: ['/interaction/sign-in'],
  sessions: ['/sessions'],
  endSession: ['{issuer}/session/end'],
  checkSession: ['{issuer}/session/check'],
  token: ['{issuer}/token', '/oauth/oidc/token'],
  deviceAuthorization: ['{issuer}/device/auth'],
  discovery: ['{issuer}/.well-known/openid-configuration', '/.well-known/oauth-authorization-server{issuer}'],
  jwks: ['{issuer}/.well-known/jwks.json'],
  userinfo: ['{issuer}/me', '/oauth/oidc/user/userinfo'],
  introspection: ['{issuer}/token/introspection'],
  revocation: ['{issuer}/token/revocation'],
  revocations: ['{issuer}/token/revocations'],
  oauthAuthorize: ['/oauth/auth'],
  oauthToken: ['/oauth/token'],
  oauthDiscovery: ['/.well-known/oauth-authorization-server/oauth'],
  oauthUserinfo: ['/oauth/me', '/oauth/user/userinfo'],
  oauthIntrospection: ['/oauth/token/introspection'],
  oauthRevocation: ['/oauth/token/revocation'],
  validateToken: ['/api/v2/oidc/validate_token'],
  validateAccessToken: ['/oauth/oidc/validate_access_token'],
  oauthValidateAccessToken: ['/authenticate'],
  passwordKey: ['/api/v2/.well-known'],
  system: ['/api/v3/system'],
  signInJson: ['/api/v3/signin'],
  easyLogout: ['/login/profile/logout'],
  trackSession: ['/cas/session'],
  logout: ['/api/v2/logout', '/logout', '/cas/logout'],
  graphql: ['/graphql/v2'],
  getProfile: ['/api/v3/get-profile'],
  register: ['/register'],
  createSession: ['/cas/createSession'],
};

/** As gateways in the style of IdentityServer have them; what those do not know, and the older paths, stay where they are. */
const connect: Paths = {
  ...authing,
  authorize: ['/connect/authorize', '/oauth/oidc/auth'],
  resume: ['/connect/authorize/callback'],
  token: ['/connect/token', '/oauth/oidc/token'],
  // At the origin for sites that have its address in their code, where the issuer is below it.
  jwks: [
    '{issuer}/.well-known/jwks.json',
    '{issuer}/.well-known/openid-configuration/jwks',
    '/.well-known/openid-configuration/jwks',
  ],
  userinfo: ['/connect/userinfo', '/oauth/oidc/user/userinfo'],
  introspection: ['/connect/introspect'],
  revocation: ['/connect/revocation'],
  revocations: ['/connect/revocations'],
  endSession: ['/connect/endsession'],
  checkSession: ['/connect/checksession'],
  deviceAuthorization: ['/connect/deviceauthorization'],
};

/**
 * Where each endpoint is found, a set a name; `{issuer}` stands for the path of the issuer's URL (`/oidc`). The first of
 * an endpoint's paths is advertised.
 */
export const presets = { authing, connect } as const;

/** The name of a set of paths. */
export type PathPreset = keyof typeof presets;

/** Under which URL a provider is reached, and which set of paths it has there. */
export interface Site {
  readonly issuer: string;
  /** `authing` where it is left out. */
  readonly paths?: PathPreset;
}

/** The paths of an endpoint at a site. */
export const pathsOf = (name: EndpointName, { issuer, paths = 'authing' }: Site): string[] => {
  const prefix = new URL(issuer).pathname.replace(/\/$/, '');
  // An issuer without a path makes one of two.
  return [...new Set(presets[paths][name].map((path) => path.replace('{issuer}', prefix)))];
};

/** The absolute URL under which an endpoint is advertised. */
export const urlOf = (name: EndpointName, site: Site): string => {
  const [first = '/'] = pathsOf(name, site);
  return new URL(site.issuer).origin + first;
};
