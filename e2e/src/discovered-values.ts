/** What the standards have registered, and a name that nobody has: `magic`. */

const words = ['code', 'id_token', 'token', 'none'];
const subsets = words.reduce<string[][]>((all, word) => [...all, ...all.map((set) => [...set, word])], [[]]);

/** RFC 6749 §11.3, OAuth 2.0 Multiple Response Type Encoding Practices §5: every combination; words in alphabetical order. */
export const responseTypes = subsets.map((set) => set.sort().join(' ')).filter(Boolean);

/** OAuth 2.0 Multiple Response Type Encoding Practices §2.1, Form Post Response Mode §2, Web Message Response Mode §4, JARM §2.3. */
export const responseModes =
  'query fragment form_post web_message jwt query.jwt fragment.jwt form_post.jwt direct_post magic'.split(' ');

const urn = 'urn:ietf:params:oauth:grant-type';

/** RFC 7591 §2, RFC 8628 §3.4, RFC 8693 §2.1, CIBA §4, UMA 2.0 Grant §3.3.1, OpenID4VCI §6.1; the last is Authing's. */
export const grantTypes = [
  ...['authorization_code', 'implicit', 'password', 'client_credentials', 'refresh_token', 'magic'],
  ...['device_code', 'jwt-bearer', 'saml2-bearer', 'token-exchange', 'uma-ticket', 'pre-authorized_code'].map(
    (name) => `${urn}:${name}`,
  ),
  'urn:openid:params:grant-type:ciba',
  'http://authing.cn/oidc/grant_type/authing_token',
];

/** OpenID Connect Core 1.0 §3.1.2.1; Initiating User Registration via OpenID Connect 1.0 §4. */
export const prompts = ['none', 'login', 'consent', 'select_account', 'create', 'magic'];

/** RFC 7636 §6.2.2. */
export const challengeMethods = ['S256', 'plain', 'S512', 's256', 'magic'];

/** OpenID Connect Core 1.0 §9; RFC 8705 §2; attestation-based client authentication §13. */
export const authMethods = [
  ...['client_secret_basic', 'client_secret_post', 'client_secret_jwt', 'private_key_jwt', 'none'],
  ...['tls_client_auth', 'self_signed_tls_client_auth', 'attest_jwt_client_auth', 'saml2-bearer', 'magic'],
];

/** RFC 7518 §3.1, RFC 8037 §5, RFC 8812 §4.2, RFC 9864 §4.2. */
export const signingAlgorithms = [
  ...['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512'],
  ...['EdDSA', 'ES256K', 'Ed25519', 'Ed448', 'none'],
];

/** RFC 7518 §4.1. */
export const keyEncryptions = [
  ...['RSA1_5', 'RSA-OAEP', 'RSA-OAEP-256', 'A128KW', 'A192KW', 'A256KW', 'dir', 'magic'],
  ...['ECDH-ES', 'ECDH-ES+A128KW', 'ECDH-ES+A192KW', 'ECDH-ES+A256KW'],
  ...['A128GCMKW', 'A192GCMKW', 'A256GCMKW'],
  ...['PBES2-HS256+A128KW', 'PBES2-HS384+A192KW', 'PBES2-HS512+A256KW'],
];

/** RFC 7518 §5.1. */
export const contentEncryptions = [
  ...['A128CBC-HS256', 'A192CBC-HS384', 'A256CBC-HS512', 'A128GCM', 'A192GCM', 'A256GCM', 'magic'],
];

/** OpenID Connect Core 1.0 §8. */
export const subjectTypes = ['public', 'pairwise', 'ephemeral', 'magic'];

/** Names of claims that somebody may ask for: of other standards, of databases, of JavaScript. */
export const strangeClaims = [
  ...['_claim_names', '_claim_sources', 'verified_claims', 'cnf', 'jti', 'client_id', 'scope', 'groups'],
  ...['name#zh-CN', 'place_of_birth', 'nationalities', 'sub_jwk', 'entitlements', 'vc', 'events'],
  ...['password', 'password_hash', 'subject', 'updatedAt', 'constructor', 'toString', 'hasOwnProperty', '', '*'],
];
