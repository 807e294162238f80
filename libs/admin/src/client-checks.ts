import { deviceCodeGrant } from '@portico/oidc';
import { hostsOf, isRedirectUriPattern, redirectUriAllowed } from '@portico/oidc';
import { givenOf, isEntry, textOf, textsOf, type Entry, type EntryCheck } from './entry.js';
import { keyChecks, takesSecret } from './key-checks.js';

const secretSettings = ['client_secret', 'client_secret_file', 'client_secret_hash'];
const methodOf = (client: Entry): unknown => client.token_endpoint_auth_method ?? 'client_secret_basic';
const isPublic = (client: Entry): boolean => methodOf(client) === 'none';
const grantsOf = ({ grant_types: grants }: Entry): string[] =>
  grants === undefined ? ['authorization_code'] : textsOf(grants);

/** A client without an id is known by its name, else it would be registered anew each time. */
const identified: EntryCheck = ({ client_id: id, client_name: name }) =>
  id === undefined && name === undefined ? [[['client_id'], 'is required where client_name is left out']] : [];

/** RFC 6749 §2.1: a public client cannot keep a secret; §2.3.1: a confidential one has one. */
const oneSecret: EntryCheck = (client) => {
  const given = givenOf(client, secretSettings);
  const [first, ...more] = given;
  if (isPublic(client)) return given.map((name) => [[name], 'must be left out: token_endpoint_auth_method is none']);
  if (first) return more.map((name) => [[name], `must be left out beside ${first}`]);
  return takesSecret(client) ? [[['client_secret'], 'is required (or client_secret_file, or client_secret_hash)']] : [];
};

/** A public client has no secret anywhere. */
const publicEverywhere: EntryCheck = (client) =>
  ['introspection_endpoint_auth_method', 'revocation_endpoint_auth_method']
    .filter((setting) => isPublic(client) && (textOf(client[setting]) ?? 'none') !== 'none')
    .map((setting) => [[setting], 'must be none, as token_endpoint_auth_method is']);

const accessKeysOf = ({ access_keys: keys }: Entry): unknown[] => (Array.isArray(keys) ? keys : []);

/** RFC 6749 §4.4: for confidential clients only; by an access key a public one is confidential too. */
const clientCredentialsOfConfidential: EntryCheck = (client) => {
  const at = grantsOf(client).indexOf('client_credentials');
  return at >= 0 && isPublic(client) && accessKeysOf(client).length === 0
    ? [[['grant_types', at], 'client_credentials is for clients with a secret: token_endpoint_auth_method is none']]
    : [];
};

const grantedByPerson = ['authorization_code', 'password', deviceCodeGrant];

/** RFC 6749 §1.5: a refresh token comes with an access token that a person granted. */
const refreshAfterCode: EntryCheck = (client) => {
  const at = grantsOf(client).indexOf('refresh_token');
  return at >= 0 && !grantsOf(client).some((one) => grantedByPerson.includes(one))
    ? [[['grant_types', at], 'refresh_token needs authorization_code beside it']]
    : [];
};

/** RFC 7591 §2.1: the response type code and the grant authorization_code go together. */
const codeWithItsGrant: EntryCheck = (client) => {
  if (client.response_types === undefined) return [];
  const types = textsOf(client.response_types);
  const hasGrant = grantsOf(client).includes('authorization_code');
  const at = types.indexOf('code');
  if (at >= 0 && !hasGrant) return [[['response_types', at], 'code needs authorization_code in grant_types']];
  const answersCode = types.some((type) => type.split(' ').includes('code'));
  return hasGrant && !answersCode ? [[['response_types'], 'must include code for the grant authorization_code']] : [];
};

/** RFC 7591 §2.1: what answers with tokens at the authorization endpoint goes with the grant implicit. */
const implicitWithItsGrant: EntryCheck = (client) => {
  const hasGrant = grantsOf(client).includes('implicit');
  const types = textsOf(client.response_types).map((type) => type.split(' '));
  const fault = (at: number): ReturnType<EntryCheck>[number] => [
    ['response_types', at],
    'needs implicit in grant_types',
  ];
  const isImplicit = (words: readonly string[]) => words.some((word) => word === 'token' || word === 'id_token');
  if (!hasGrant) return types.flatMap((words, at) => (isImplicit(words) ? [fault(at)] : []));
  return types.some(isImplicit)
    ? []
    : [[['response_types'], 'must include one with token or id_token for the grant implicit']];
};

/** RFC 6749 §3.1.2.2: whoever redirects must have registered where to. */
const redirectUriForGrant: EntryCheck = (client) => {
  const [grant] = grantsOf(client).filter((one) => one === 'authorization_code' || one === 'implicit');
  const none =
    client.redirect_uris === undefined || (Array.isArray(client.redirect_uris) && client.redirect_uris.length === 0);
  return grant !== undefined && none ? [[['redirect_uris'], `is required for the grant ${grant}`]] : [];
};

/** OpenID Connect Dynamic Client Registration 1.0 §2 (application_type): what answers tokens answers to https. */
const httpsForTokens: EntryCheck = (client) => {
  const types = textsOf(client.response_types);
  const terms = { allow_http_redirect_uris: client.allow_http_redirect_uris === true };
  return textsOf(client.redirect_uris).flatMap((uri, at) => {
    const type = URL.canParse(uri) ? types.find((one) => !redirectUriAllowed(uri, one, terms)) : undefined;
    if (type === undefined) return [];
    const { href } = new URL(uri);
    return [[['redirect_uris', at], `${href} must use https for the response type ${type} ${unlessAllowed}`]];
  });
};
const unlessAllowed = '(a loopback address may use http, and any where allow_http_redirect_uris is true)';

const originOf = (uri: string | undefined): string | undefined =>
  uri !== undefined && URL.canParse(uri) ? new URL(uri).origin : undefined;

/** OpenID Connect Front-Channel Logout 1.0 §2: at the origin of a redirect URI; over http a confidential client's alone. */
const frameOfOwnOrigin: EntryCheck = (client) => {
  const origin = originOf(textOf(client.frontchannel_logout_uri));
  if (origin === undefined) return [];
  if (isPublic(client) && origin.startsWith('http:'))
    return [[['frontchannel_logout_uri'], 'must use https: token_endpoint_auth_method is none']];
  return textsOf(client.redirect_uris).some((uri) => originOf(uri) === origin)
    ? []
    : [[['frontchannel_logout_uri'], 'must have scheme, host and port of one of the redirect_uris']];
};

/** OpenID Connect Core 1.0 §8.1: several hosts are one sector only where a document says so. */
const sectorOfPairwise: EntryCheck = (client) => {
  if (client.subject_type !== 'pairwise' || client.sector_identifier_uri !== undefined) return [];
  const [host, ...others] = hostsOf(textsOf(client.redirect_uris).filter((uri) => URL.canParse(uri)));
  return host !== undefined && !host.includes('*') && others.length === 0
    ? []
    : [
        [
          ['sector_identifier_uri'],
          'is required: subject_type is pairwise and redirect_uris have not exactly one host',
        ],
      ];
};

/** OpenID Connect Core 1.0 §6.3.2: whoever signs must have registered with which keys. */
const keysForRequestObjects: EntryCheck = ({ request_object_signing_alg: alg, jwks, jwks_uri: uri }) =>
  alg !== undefined && alg !== 'none' && jwks === undefined && uri === undefined
    ? [[['request_object_signing_alg'], 'needs jwks or jwks_uri beside it']]
    : [];

/** RFC 6749 §4.4: an access key is for client_credentials alone. */
const accessKeysForTheirGrant: EntryCheck = (client) =>
  accessKeysOf(client).length > 0 && !grantsOf(client).includes('client_credentials')
    ? [[['access_keys'], 'needs client_credentials in grant_types']]
    : [];

const secretOfAccessKey = (key: unknown): string[] =>
  isEntry(key) ? givenOf(key, ['secret', 'secret_file', 'secret_hash']) : ['unreadable'];

/** An access key is a pair. */
const secretsOfAccessKeys: EntryCheck = (client) =>
  accessKeysOf(client).flatMap((key, at) => {
    const [first, ...more] = secretOfAccessKey(key);
    if (first === undefined) return [[['access_keys', at, 'secret'], 'is required (or secret_file, or secret_hash)']];
    return more.map((name) => [['access_keys', at, name], `must be left out beside ${first}`]);
  });

const starFault = (client: Entry, uri: string): string | undefined => {
  if (!uri.includes('*')) return undefined;
  if (client.redirect_uri_wildcards !== true) return 'must have no * where redirect_uri_wildcards is not true';
  return isRedirectUriPattern(uri)
    ? undefined
    : 'may have a * only as *. before a domain of two labels or more, or in the path, of a URI in its canonical form';
};

/** RFC 9700 §4.1.3: a pattern must not be wider than somebody has thought. */
const starsInTheirPlaces: EntryCheck = (client) =>
  ['redirect_uris', 'post_logout_redirect_uris'].flatMap((setting) =>
    textsOf(client[setting]).flatMap((uri, at) => {
      const fault = starFault(client, uri);
      return fault === undefined ? [] : [[[setting, at], fault]];
    }),
  );

/** RFC 6749 §3.3: names with single spaces between them. */
const scopeOfNames: EntryCheck = ({ scope }) =>
  typeof scope === 'string' && scope !== '' && !/^[\x21\x23-\x5b\x5d-\x7e]+( [\x21\x23-\x5b\x5d-\x7e]+)*$/.test(scope)
    ? [[['scope'], 'must be scope names with single spaces between them']]
    : [];

/** What a client's settings must have among themselves. @see RFC 7591 §2 */
export const clientChecks: readonly EntryCheck[] = [
  identified,
  oneSecret,
  publicEverywhere,
  clientCredentialsOfConfidential,
  refreshAfterCode,
  codeWithItsGrant,
  implicitWithItsGrant,
  redirectUriForGrant,
  httpsForTokens,
  scopeOfNames,
  accessKeysForTheirGrant,
  secretsOfAccessKeys,
  starsInTheirPlaces,
  frameOfOwnOrigin,
  ...keyChecks,
  sectorOfPairwise,
  keysForRequestObjects,
];
