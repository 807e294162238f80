import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { portico } from './command-line.js';
import { jwkOf, publicJwkFor } from './discovered-keys.js';
import { provider } from './provider.js';
import { password, secret } from './setup/declaration.js';
import type { Running } from './setup/topology.js';

/** One of the issuers of a provider, and what it says about itself. */
export interface Face {
  readonly name: 'OpenID Connect' | 'plain OAuth 2.0';
  /** As it was asked for; its metadata must say the same. */
  readonly issuer: string;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** What opens user info. */
  readonly scope: 'openid' | 'user';
}

/** What makes requests of a member of the metadata, where a face has it. */
export type Derivations = Readonly<Record<string, (face: Face) => void>>;

/** Asks a provider for what its two issuers say. */
export const facesOf = async ({ issuer }: Pick<Running, 'issuer'>) => {
  const { origin } = new URL(issuer);
  const told = async (url: string) =>
    (await (await fetch(url, { signal: AbortSignal.timeout(15_000) })).json()) as Face['metadata'];
  const oidc: Face = {
    name: 'OpenID Connect',
    issuer,
    metadata: await told(`${issuer}/.well-known/openid-configuration`),
    scope: 'openid',
  };
  const oauth: Face = {
    name: 'plain OAuth 2.0',
    issuer: `${origin}/oauth`,
    metadata: await told(`${origin}/.well-known/oauth-authorization-server/oauth`),
    scope: 'user',
  };
  return { oidc, oauth };
};

/** The issuers of the running provider. */
export const { oidc, oauth } = await facesOf(provider);

/** The values of one of its lists. */
export const values = ({ metadata }: Face, name: string): string[] => (metadata[name] ?? []) as string[];

/** Those of the known values that the list does not have. */
export const others = (face: Face, name: string, known: readonly string[]): string[] =>
  known.filter((one) => !values(face, name).includes(one));

/** Where the browser is sent back to. */
export const redirectUri = 'https://discovery.example.test/cb';
/** The same in another sector. */
export const otherRedirectUri = 'https://elsewhere.example.test/cb';
export const postLogoutRedirectUri = 'https://discovery.example.test/bye';

/** The id of the application that asks for these values. */
export const idOf = (...asked: string[]): string => ['discovery', ...asked].join('-').replaceAll('+', '_');

type Registration = Readonly<Record<string, unknown>>;

const registered = (id: string, more: Registration): Registration => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [redirectUri],
  scope: 'openid user',
  consent: 'skip',
  ...more,
});

// A newer name of the same (RFC 9864 §2.2), under which nobody is registered.
const registeredAs = (alg: string): string => (alg === 'Ed25519' ? 'EdDSA' : alg);

const jwks = (alg: string): Registration =>
  alg === 'none' || alg.startsWith('HS') ? {} : { jwks: { keys: [publicJwkFor(registeredAs(alg))] } };

const everything = {
  grant_types: values(oidc, 'grant_types_supported'),
  response_types: values(oidc, 'response_types_supported'),
  scope: [...values(oidc, 'scopes_supported'), ...values(oauth, 'scopes_supported')].join(' '),
  post_logout_redirect_uris: [postLogoutRedirectUri],
  allow_plain_pkce: values(oidc, 'code_challenge_methods_supported').includes('plain'),
};

const signing = (alg: string) =>
  registered(idOf('signed', alg), {
    id_token_signed_response_alg: alg,
    ...(values(oidc, 'userinfo_signing_alg_values_supported').includes(alg)
      ? { userinfo_signed_response_alg: alg }
      : {}),
  });

const encrypting = ([alg, enc]: readonly [string, string]) =>
  registered(idOf(alg, enc), {
    ...jwks(alg),
    id_token_encrypted_response_alg: alg,
    id_token_encrypted_response_enc: enc,
    userinfo_signed_response_alg: values(oidc, 'userinfo_signing_alg_values_supported')[0],
    userinfo_encrypted_response_alg: alg,
    userinfo_encrypted_response_enc: enc,
  });

const authenticating = ([method, alg]: readonly [string, string]) =>
  registered(idOf(method, alg), {
    ...jwks(alg),
    ...(method === 'none' || method === 'private_key_jwt' ? { client_secret: undefined } : {}),
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: method,
    ...(method.endsWith('_jwt') ? { token_endpoint_auth_signing_alg: registeredAs(alg) } : {}),
  });

const requesting = (alg: string) =>
  registered(idOf('request', alg), { ...jwks(alg), request_object_signing_alg: registeredAs(alg) });

const beingSubject = (type: string) =>
  [redirectUri, otherRedirectUri].map((uri) =>
    registered(idOf('subject', type, new URL(uri).hostname), { subject_type: type, redirect_uris: [uri] }),
  );

/** With keys of every kind, and bound to no algorithm. */
const anyKey = () => {
  const kinds = ['RS256', 'ES256', 'ES384', 'ES512', 'ES256K', 'EdDSA', 'Ed448'];
  return { jwks: { keys: kinds.map(jwkOf) } };
};

/** Every pair of a key and a content encryption. */
export const encryptions = values(oidc, 'id_token_encryption_alg_values_supported').flatMap((alg) =>
  values(oidc, 'id_token_encryption_enc_values_supported').map((enc) => [alg, enc] as const),
);

/** Every method of client authentication with every algorithm it can have. */
export const authenticationsAt = (face: Face, endpoint: string) =>
  values(face, `${endpoint}_auth_methods_supported`).flatMap((method) => {
    if (!method.endsWith('_jwt')) return [[method, 'none'] as const];
    const isSecret = method === 'client_secret_jwt';
    return values(face, `${endpoint}_auth_signing_alg_values_supported`)
      .filter((alg) => alg.startsWith('HS') === isSecret)
      .map((alg) => [method, alg] as const);
  });

/** Applications that ask for one advertised value each, and some that ask for what is not advertised. */
export const clients = (): Registration[] => [
  registered('discovery', everything),
  registered(idOf('asking'), { consent: 'remember' }),
  registered(idOf('any', 'key'), {
    ...anyKey(),
    client_secret: undefined,
    token_endpoint_auth_method: 'private_key_jwt',
  }),
  registered(idOf('any', 'secret'), { token_endpoint_auth_method: 'client_secret_jwt' }),
  registered(idOf('any', 'request'), anyKey()),
  registered(idOf('framed'), {
    frontchannel_logout_uri: new URL('/out', redirectUri).href,
    frontchannel_logout_session_required: true,
  }),
  ...values(oidc, 'id_token_signing_alg_values_supported').map(signing),
  ...encryptions.map(encrypting),
  ...authenticationsAt(oidc, 'token_endpoint').map(authenticating),
  ...values(oidc, 'request_object_signing_alg_values_supported').map(requesting),
  ...values(oidc, 'subject_types_supported').flatMap(beingSubject),
];

/** A person of whom everything is known that can be. */
export const person = {
  username: 'discovery-person',
  password,
  name: 'Disa Covery',
  given_name: 'Disa',
  family_name: 'Covery',
  middle_name: 'Q',
  nickname: 'Dis',
  preferred_username: 'disa',
  profile: 'https://discovery.example.test/disa',
  picture: 'https://discovery.example.test/disa.png',
  website: 'https://disa.example.test/',
  email: 'disa@discovery.example.test',
  email_verified: true,
  gender: 'female',
  birthdate: '1990-01-02',
  zoneinfo: 'Asia/Shanghai',
  locale: 'zh-CN',
  phone_number: '+8613900001111',
  phone_number_verified: false,
  address: { country: 'CN', locality: 'Beijing' },
  roles: ['reader'],
};

/** Declares something beside a running provider; says what is wrong with it, if anything. */
export const declare = async (
  declaration: Readonly<Record<string, unknown>>,
  { dataDir }: Pick<Running, 'dataDir'> = provider,
  more: Readonly<Record<string, string>> = {},
): Promise<string> => {
  const file = join(dataDir, `${randomUUID()}.yaml`);
  await writeFile(file, JSON.stringify(declaration));
  return portico(['apply', file], { dataDir, environment: more }).then(
    () => '',
    (error: unknown) => (error as Error).message,
  );
};

/** What is said of each of these registrations, which must all be refused. */
export const refusalsOf = async (settings: readonly Registration[]): Promise<string[][]> => {
  const refused = settings.map((one, at) => registered(`discovery-refused-${at}`, one));
  const lines = (await declare({ clients: refused })).split('\n');
  return settings.map((_, at) => lines.filter((line) => line.startsWith(`clients[${at}].`)));
};
