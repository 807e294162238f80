import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT, type CryptoKey, type JWK, type JWTPayload } from 'jose';
import { issuer, provider } from './provider.js';
import { secret } from './setup/declaration.js';

/** What the provider says about itself. */
export const advertised = (await (
  await fetch(`${issuer}/.well-known/openid-configuration`, { signal: AbortSignal.timeout(15_000) })
).json()) as Readonly<Record<string, unknown>>;

/** The values of one of its lists. */
export const values = (name: string): string[] => (advertised[name] ?? []) as string[];

/** Those of the known values that the list does not have. */
export const others = (name: string, known: readonly string[]): string[] =>
  known.filter((one) => !values(name).includes(one));

export const redirectUri = 'https://discovery.example.test/cb';

/** The id of the application that asks for these values. */
export const idOf = (...asked: string[]): string => ['discovery', ...asked].join('-').replaceAll('+', '_');

type Registration = Readonly<Record<string, unknown>>;

const registered = (id: string, more: Registration): Registration => ({
  client_id: id,
  client_secret: secret,
  redirect_uris: [redirectUri],
  scope: 'openid',
  consent: 'skip',
  ...more,
});

/** A key for an algorithm. */
export interface KeyFor {
  readonly jwk: JWK;
  readonly privateKey: CryptoKey;
}

const pairs = new Map<string, Promise<KeyFor>>();
const generated = async (alg: string): Promise<KeyFor> => {
  const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
  return { jwk: { ...(await exportJWK(publicKey)), alg, kid: alg }, privateKey };
};

/** One pair an algorithm. */
export const keyFor = (alg: string): Promise<KeyFor> => {
  const pair = pairs.get(alg) ?? generated(alg);
  pairs.set(alg, pair);
  return pair;
};

const jwks = async (alg: string): Promise<Registration> =>
  alg === 'none' || alg.startsWith('HS') ? {} : { jwks: { keys: [(await keyFor(alg)).jwk] } };

/** Applications that ask for one advertised value each. */
export const clientOf = {
  everything: () =>
    registered('discovery', {
      grant_types: values('grant_types_supported'),
      response_types: values('response_types_supported'),
      scope: values('scopes_supported').join(' '),
      allow_plain_pkce: values('code_challenge_methods_supported').includes('plain'),
    }),
  signing: (alg: string) =>
    registered(idOf('signed', alg), {
      id_token_signed_response_alg: alg,
      ...(values('userinfo_signing_alg_values_supported').includes(alg) ? { userinfo_signed_response_alg: alg } : {}),
    }),
  encrypting: async ([alg, enc]: readonly [string, string]) =>
    registered(idOf(alg, enc), {
      ...(await jwks(alg)),
      id_token_encrypted_response_alg: alg,
      id_token_encrypted_response_enc: enc,
      userinfo_signed_response_alg: values('userinfo_signing_alg_values_supported')[0],
      userinfo_encrypted_response_alg: alg,
      userinfo_encrypted_response_enc: enc,
    }),
  authenticating: async ([method, alg]: readonly [string, string]) =>
    registered(idOf(method, alg), {
      ...(await jwks(alg)),
      ...(method === 'none' || method === 'private_key_jwt' ? { client_secret: undefined } : {}),
      grant_types: ['authorization_code', 'refresh_token'],
      token_endpoint_auth_method: method,
      ...(method.endsWith('_jwt') ? { token_endpoint_auth_signing_alg: alg } : {}),
    }),
  requesting: async (alg: string) =>
    registered(idOf('request', alg), { ...(await jwks(alg)), request_object_signing_alg: alg }),
  beingSubject: (type: string) => registered(idOf('subject', type), { subject_type: type }),
};

/** Every pair of a key and a content encryption. */
export const encryptions = values('id_token_encryption_alg_values_supported').flatMap((alg) =>
  values('id_token_encryption_enc_values_supported').map((enc) => [alg, enc] as const),
);

const algorithmsOf = (method: string): string[] => {
  if (!method.endsWith('_jwt')) return ['none'];
  const symmetric = method === 'client_secret_jwt';
  return values('token_endpoint_auth_signing_alg_values_supported').filter((alg) => alg.startsWith('HS') === symmetric);
};

/** Every method of client authentication with every algorithm it can have. */
export const authentications = values('token_endpoint_auth_methods_supported').flatMap((method) =>
  algorithmsOf(method).map((alg) => [method, alg] as const),
);

const run = promisify(execFile);

/** Registers applications beside the running provider; says what is wrong with them, if anything. */
export const register = async (clients: readonly Registration[]): Promise<string> => {
  const file = join(provider.dataDir, `${randomUUID()}.yaml`);
  await writeFile(file, JSON.stringify({ clients }));
  const { PATH, HOME } = process.env;
  const env = { PATH, HOME, PORTICO_DATA_DIR: provider.dataDir };
  const main = new URL('../../apps/portico/dist/main.js', import.meta.url).pathname;
  return run(process.execPath, [main, 'apply', file], { env, timeout: 30_000 }).then(
    () => '',
    (error: unknown) => (error as { stderr: string }).stderr,
  );
};

/** What is said about registrations that must all be refused, a line a fault. */
export const refusalsOf = async (settings: readonly Registration[]): Promise<string[]> =>
  (await register(settings.map((one, at) => registered(`discovery-refused-${at}`, one)))).split('\n');

const signed = async (alg: string, payload: JWTPayload): Promise<string> => {
  if (alg === 'none') return new UnsecuredJWT(payload).encode();
  const key = alg.startsWith('HS') ? new TextEncoder().encode(secret) : (await keyFor(alg)).privateKey;
  return new SignJWT(payload).setProtectedHeader({ alg, ...(alg.startsWith('HS') ? {} : { kid: alg }) }).sign(key);
};

/** A JWT of an application: an assertion, or a request object. */
export const jwtOf = (id: string, alg: string, more: JWTPayload = {}): Promise<string> => {
  const now = Math.floor(Date.now() / 1_000);
  return signed(alg, { iss: id, aud: issuer, iat: now, exp: now + 60, jti: randomUUID(), ...more });
};
