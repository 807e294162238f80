import type { EndpointContract } from './contract.js';

type Terms = Partial<Pick<EndpointContract, 'methods' | 'cors' | 'caller' | 'deadlineMs'>>;

const endpoint = (name: string, service: EndpointContract['service'], terms: Terms = {}): EndpointContract => ({
  name,
  service,
  subject: `oidc.v1.endpoint.${name}`,
  caller: 'client',
  methods: ['POST'],
  cors: false,
  deadlineMs: 10_000,
  ...terms,
});

const page: Terms = { caller: 'browser', methods: ['GET', 'POST'] };
const open: Terms = { methods: ['GET'], cors: true };

/** Every endpoint, the service that answers it and who may call it how. */
export const endpoints = {
  authorize: endpoint('authorize', 'authorize', page),
  resume: endpoint('resume', 'authorize', { ...page, methods: ['GET'] }),
  device: endpoint('device', 'authorize', page),
  deviceQr: endpoint('device-qr', 'authorize', open),
  interaction: endpoint('interaction', 'session', page),
  signIn: endpoint('sign-in', 'session', { ...page, methods: ['POST'] }),
  endSession: endpoint('end-session', 'session', page),
  token: endpoint('token', 'token', { cors: true }),
  deviceAuthorization: endpoint('device-authorization', 'token', { cors: true }),
  discovery: endpoint('discovery', 'token', open),
  jwks: endpoint('jwks', 'token', open),
  userinfo: endpoint('userinfo', 'userinfo', { methods: ['GET', 'POST'], cors: true }),
  introspection: endpoint('introspection', 'introspection', { cors: true }),
  revocation: endpoint('revocation', 'introspection', { cors: true }),
  // Plain OAuth 2.0: the same endpoints with another face.
  oauthAuthorize: endpoint('oauth-authorize', 'authorize', page),
  oauthToken: endpoint('oauth-token', 'token', { cors: true }),
  oauthDiscovery: endpoint('oauth-discovery', 'token', open),
  oauthUserinfo: endpoint('oauth-userinfo', 'userinfo', { methods: ['GET', 'POST'], cors: true }),
  oauthIntrospection: endpoint('oauth-introspection', 'introspection', { cors: true }),
  oauthRevocation: endpoint('oauth-revocation', 'introspection', { cors: true }),
  // What only the published SDKs and sites of their time call.
  validateToken: endpoint('validate-token', 'introspection', open),
  validateAccessToken: endpoint('validate-access-token', 'introspection', open),
  oauthValidateAccessToken: endpoint('oauth-validate-access-token', 'introspection', open),
  easyLogout: endpoint('easy-logout', 'session', { ...page, methods: ['GET'] }),
  trackSession: endpoint('track-session', 'session', { methods: ['GET'], cors: 'registered' }),
  logout: endpoint('logout', 'session', { methods: ['GET'], cors: 'registered' }),
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
  endSession: ['{issuer}/session/end'],
  token: ['{issuer}/token', '/oauth/oidc/token'],
  deviceAuthorization: ['{issuer}/device/auth'],
  discovery: ['{issuer}/.well-known/openid-configuration', '/.well-known/oauth-authorization-server{issuer}'],
  jwks: ['{issuer}/.well-known/jwks.json'],
  userinfo: ['{issuer}/me', '/oauth/oidc/user/userinfo'],
  introspection: ['{issuer}/token/introspection'],
  revocation: ['{issuer}/token/revocation'],
  oauthAuthorize: ['/oauth/auth'],
  oauthToken: ['/oauth/token'],
  oauthDiscovery: ['/.well-known/oauth-authorization-server/oauth'],
  oauthUserinfo: ['/oauth/me', '/oauth/user/userinfo'],
  oauthIntrospection: ['/oauth/token/introspection'],
  oauthRevocation: ['/oauth/token/revocation'],
  validateToken: ['/api/v2/oidc/validate_token'],
  validateAccessToken: ['/oauth/oidc/validate_access_token'],
  oauthValidateAccessToken: ['/authenticate'],
  easyLogout: ['/login/profile/logout'],
  trackSession: ['/cas/session'],
  logout: ['/api/v2/logout', '/logout', '/cas/logout'],
};

/** As gateways in the style of IdentityServer have them; what those do not know stays where it is. */
const connect: Paths = {
  ...authing,
  authorize: ['/connect/authorize'],
  resume: ['/connect/authorize/callback'],
  token: ['/connect/token'],
  userinfo: ['/connect/userinfo'],
  introspection: ['/connect/introspect'],
  revocation: ['/connect/revocation'],
  endSession: ['/connect/endsession'],
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
  return presets[paths][name].map((path) => path.replace('{issuer}', prefix));
};

/** The absolute URL under which an endpoint is advertised. */
export const urlOf = (name: EndpointName, site: Site): string => {
  const [first = '/'] = pathsOf(name, site);
  return new URL(site.issuer).origin + first;
};
