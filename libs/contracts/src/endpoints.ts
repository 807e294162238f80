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
  interaction: endpoint('interaction', 'session', page),
  signIn: endpoint('sign-in', 'session', { ...page, methods: ['POST'] }),
  endSession: endpoint('end-session', 'session', page),
  token: endpoint('token', 'token', { cors: true }),
  discovery: endpoint('discovery', 'token', open),
  jwks: endpoint('jwks', 'token', open),
  userinfo: endpoint('userinfo', 'userinfo', { methods: ['GET', 'POST'], cors: true }),
  introspection: endpoint('introspection', 'introspection', { cors: true }),
  revocation: endpoint('revocation', 'introspection', { cors: true }),
} as const satisfies Record<string, EndpointContract>;

/** The name of an endpoint in the table. */
export type EndpointName = keyof typeof endpoints;

/** Where each endpoint is found; `{issuer}` stands for the path of the issuer's URL (`/oidc`). The first is advertised. */
export const paths: Readonly<Record<EndpointName, readonly [string, ...string[]]>> = {
  authorize: ['{issuer}/auth'],
  resume: ['{issuer}/auth/resume'],
  interaction: ['/interaction'],
  signIn: ['/interaction/sign-in'],
  endSession: ['{issuer}/session/end'],
  token: ['{issuer}/token'],
  discovery: ['{issuer}/.well-known/openid-configuration', '/.well-known/oauth-authorization-server{issuer}'],
  jwks: ['{issuer}/.well-known/jwks.json'],
  userinfo: ['{issuer}/me'],
  introspection: ['{issuer}/token/introspection'],
  revocation: ['{issuer}/token/revocation'],
};

/** The paths of an endpoint under an issuer. */
export const pathsOf = (name: EndpointName, issuer: string): string[] => {
  const prefix = new URL(issuer).pathname.replace(/\/$/, '');
  return paths[name].map((path) => path.replace('{issuer}', prefix));
};

/** The absolute URL under which an endpoint is advertised. */
export const urlOf = (name: EndpointName, issuer: string): string => {
  const [first = '/'] = pathsOf(name, issuer);
  return new URL(issuer).origin + first;
};
