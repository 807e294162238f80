import { encryptionAlgorithm, jwksSchema, keysFor, shortestSecretBytes, signingAlgorithm } from '@portico/jwt';
import { textOf, type Complaint, type Entry, type EntryCheck } from './entry.js';

const endpoints = ['token', 'introspection', 'revocation'] as const;

const methodAt = (client: Entry, endpoint: (typeof endpoints)[number]): string =>
  textOf(client[`${endpoint}_endpoint_auth_method`]) ??
  textOf(client.token_endpoint_auth_method) ??
  'client_secret_basic';
const methodsOf = (client: Entry): string[] => endpoints.map((endpoint) => methodAt(client, endpoint));

const signedSettings = ['id_token_signed_response_alg', 'userinfo_signed_response_alg'] as const;
const hs256Of = (client: Entry): string[] => signedSettings.filter((setting) => client[setting] === 'HS256');
const makesKeyOfSecret = (client: Entry): boolean =>
  methodsOf(client).includes('client_secret_jwt') || hs256Of(client).length > 0;

/** Has a client of these settings a secret? */
export const takesSecret = (client: Entry): boolean =>
  methodsOf(client).some((method) => method.startsWith('client_secret_')) || makesKeyOfSecret(client);

/** RFC 7518 §3.2: too short for a key of HS256. */
export const isTooShort = (client: Entry, secret: string): boolean =>
  makesKeyOfSecret(client) && new TextEncoder().encode(secret).length < shortestSecretBytes;

/** Why. */
export const tooShort = `must have at least ${shortestSecretBytes} bytes: a key for HS256 is made of it`;

/** OpenID Connect Core 1.0 §10.1: the key is the secret itself, which a hash does not give back. */
const secretForHs256: EntryCheck = (client) => {
  if (!makesKeyOfSecret(client)) return [];
  if (client.token_endpoint_auth_method === 'none')
    return hs256Of(client).map((setting) => [[setting], 'HS256 is for clients with a secret']);
  const secret = textOf(client.client_secret);
  if (secret !== undefined && isTooShort(client, secret)) return [[['client_secret'], tooShort]];
  return client.client_secret_hash === undefined
    ? []
    : [[['client_secret_hash'], 'must be client_secret or client_secret_file: a key for HS256 is made of it']];
};

/** RFC 7591 §2: one place for the keys. */
const onePlaceForKeys: EntryCheck = ({ jwks, jwks_uri: uri }) =>
  jwks !== undefined && uri !== undefined ? [[['jwks_uri'], 'must be left out beside jwks']] : [];

const pinOf = (client: Entry, endpoint: (typeof endpoints)[number]): string | undefined =>
  textOf(client[`${endpoint}_endpoint_auth_signing_alg`]);

/** Each setting that takes keys of the client, with the algorithms of which one will do. */
const keyTakers = (client: Entry): (readonly [setting: string, algorithms: readonly string[]])[] => {
  const signing = endpoints
    .filter((endpoint) => textOf(client[`${endpoint}_endpoint_auth_method`]) === 'private_key_jwt')
    .map((endpoint) => {
      const pin = pinOf(client, endpoint);
      return [`${endpoint}_endpoint_auth_method`, pin === undefined ? signingAlgorithm.options : [pin]] as const;
    });
  const encrypting = ['id_token_encrypted_response_alg', 'userinfo_encrypted_response_alg'].flatMap((setting) => {
    const alg = textOf(client[setting]);
    return alg === undefined ? [] : [[setting, [alg]] as const];
  });
  return [...signing, ...encrypting];
};

const keyed = [...signingAlgorithm.options, ...encryptionAlgorithm.options];

/** OpenID Connect Core 1.0 §9, §10.2: who signs or reads with a private key must have registered the public one. */
const keysWhereTaken: EntryCheck = (client) => {
  const { success, data } = jwksSchema.safeParse(client.jwks);
  return keyTakers(client).flatMap(([setting, algorithms]): Complaint[] => {
    if (client.jwks === undefined && client.jwks_uri === undefined)
      return [[[setting], 'needs jwks or jwks_uri beside it']];
    const known = keyed.filter((alg) => algorithms.includes(alg));
    const fits = !success || known.length === 0 || known.some((alg) => keysFor(data, { alg }).length > 0);
    return fits ? [] : [[['jwks'], `must have a key for ${known.join(' or ')}, which ${setting} needs`]];
  });
};

/** OpenID Connect Dynamic Client Registration 1.0 §2: no content encryption without an algorithm for its key. */
const encWithAlg: EntryCheck = (client) =>
  ['id_token_encrypted_response', 'userinfo_encrypted_response']
    .filter((prefix) => client[`${prefix}_enc`] !== undefined && client[`${prefix}_alg`] === undefined)
    .map((prefix) => [[`${prefix}_enc`], `needs ${prefix}_alg beside it`]);

/** OpenID Connect Core 1.0 §9: HS256 is by secret, every other algorithm by private key. */
const pinWithItsMethod: EntryCheck = (client) =>
  endpoints.flatMap((endpoint): Complaint[] => {
    const pin = pinOf(client, endpoint);
    const needed = pin === 'HS256' ? 'client_secret_jwt' : 'private_key_jwt';
    if (pin === undefined || methodAt(client, endpoint) === needed) return [];
    return [[[`${endpoint}_endpoint_auth_signing_alg`], `${pin} is for the authentication method ${needed}`]];
  });

/** What a client's settings must have among themselves where keys are concerned. @see OpenID Connect Core 1.0 §10 */
export const keyChecks: readonly EntryCheck[] = [
  secretForHs256,
  onePlaceForKeys,
  keysWhereTaken,
  encWithAlg,
  pinWithItsMethod,
];
