import { givenOf, textOf, textsOf, type Entry, type EntryCheck } from './entry.js';

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
  return ['client_secret_basic', 'client_secret_post'].includes(String(methodOf(client)))
    ? [[['client_secret'], 'is required (or client_secret_file, or client_secret_hash)']]
    : [];
};

/** A public client has no secret anywhere. */
const publicEverywhere: EntryCheck = (client) =>
  ['introspection_endpoint_auth_method', 'revocation_endpoint_auth_method']
    .filter((setting) => isPublic(client) && textOf(client[setting])?.startsWith('client_secret_'))
    .map((setting) => [[setting], 'must be none, as token_endpoint_auth_method is']);

/** RFC 6749 §4.4: for confidential clients only. */
const clientCredentialsOfConfidential: EntryCheck = (client) => {
  const at = grantsOf(client).indexOf('client_credentials');
  return at >= 0 && isPublic(client)
    ? [[['grant_types', at], 'client_credentials is for clients with a secret: token_endpoint_auth_method is none']]
    : [];
};

/** RFC 6749 §1.5: a refresh token comes with an access token that a person granted. */
const refreshAfterCode: EntryCheck = (client) => {
  const at = grantsOf(client).indexOf('refresh_token');
  return at >= 0 && !grantsOf(client).includes('authorization_code')
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

/** RFC 6749 §3.1.2.2: whoever redirects must have registered where to. */
const redirectUriForCode: EntryCheck = (client) =>
  grantsOf(client).includes('authorization_code') &&
  (client.redirect_uris === undefined || (Array.isArray(client.redirect_uris) && client.redirect_uris.length === 0))
    ? [[['redirect_uris'], 'is required for the grant authorization_code']]
    : [];

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
  redirectUriForCode,
  scopeOfNames,
];
