import { guides } from './guides.js';
import { publicJwk } from './signing-key.js';

/** The applications and people of the tests: JSON, and so YAML. */
export const secret = 'e2eSecretOfTheApplications0123456789abcdef';
/** The secret of every access key. */
export const accessKeySecret = 'e2eSecretOfTheAccessKeys0123456789abcdefgh';
/** The password of everyone. */
export const password = 'Tr0ub4dor & the people of the tests';

const deviceCode = 'urn:ietf:params:oauth:grant-type:device_code';

const client = (id: string, more: object) => ({
  client_id: id,
  redirect_uris: [`https://${id}.example.test/cb`, `http://${id}.example.test/cb`],
  post_logout_redirect_uris: [`https://${id}.example.test/bye`, `http://${id}.example.test/bye`],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid profile email phone address offline_access username orders:read user',
  client_secret: secret,
  client_name: id,
  ...more,
});

export const declaration = {
  clients: [
    ...guides.flatMap(({ clients }) => clients),
    client('basic', { client_name: 'Basic Books', policy_uri: 'https://basic.example.test/policy' }),
    client('post', { token_endpoint_auth_method: 'client_secret_post' }),
    client('es256', { id_token_signed_response_alg: 'ES256', access_token_signed_response_alg: 'ES256' }),
    client('opaque', { access_token_format: 'opaque' }),
    client('spa', {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      client_secret: undefined,
      client_name: '海边书店',
    }),
    client('loopback-spa', {
      application_type: 'native',
      token_endpoint_auth_method: 'none',
      redirect_uris: ['http://127.0.0.1/cb'],
      grant_types: ['authorization_code', 'refresh_token'],
      client_secret: undefined,
    }),
    client('tv', {
      token_endpoint_auth_method: 'none',
      grant_types: [deviceCode, 'refresh_token'],
      redirect_uris: [],
      client_secret: undefined,
      client_name: 'Television',
    }),
    client('printer', { grant_types: [deviceCode], redirect_uris: [] }),
    client('brief-device', { grant_types: [deviceCode], redirect_uris: [], device_code_lifetime: 1 }),
    client('second', { client_name: 'Second Sight' }),
    client('signing', { jwks: { keys: [publicJwk] }, request_object_signing_alg: 'ES256' }),
    client('unsigned', { request_object_signing_alg: 'none' }),
    client('pair-one', { subject_type: 'pairwise' }),
    client('pair-two', { subject_type: 'pairwise' }),
    client('old-spa', {
      token_endpoint_auth_method: 'none',
      grant_types: ['authorization_code', 'refresh_token'],
      client_secret: undefined,
      allow_oauth_without_pkce: true,
    }),
    client('password', { grant_types: ['password', 'refresh_token'], redirect_uris: [] }),
    ...Object.entries({
      'machine-basic': {},
      'machine-post': { token_endpoint_auth_method: 'client_secret_post' },
    }).map(([id, more]) =>
      client(id, {
        redirect_uris: [],
        grant_types: ['client_credentials'],
        access_keys: [
          { access_key: `AK-${id}`, secret: accessKeySecret },
          { access_key: `AK-${id}-2`, secret: accessKeySecret },
          { access_key: `AK-${id}-disabled`, secret: accessKeySecret, disabled: true },
        ],
        ...more,
      }),
    ),
    client('machine-none', {
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      access_keys: [{ access_key: 'AK-machine-none', secret: accessKeySecret }],
    }),
    client('wildcard', {
      redirect_uri_wildcards: true,
      redirect_uris: ['https://*.wildcard.example.test/cb', 'https://wildcard.example.test/cb/*'],
      post_logout_redirect_uris: ['https://*.wildcard.example.test/bye'],
    }),
    client('always', { consent: 'always' }),
    client('first-party', { consent: 'skip', initiate_login_uri: 'https://first-party.example.test/login?from=us' }),
    client('brief-session', { consent: 'skip', session_lifetime: 1 }),
    client('strict', { consent: 'skip', require_pkce: true }),
    client('plain', { consent: 'skip', allow_plain_pkce: true }),
    ...Object.entries({ 'https-alone': false, 'http-too': true }).map(([id, allow_http_redirect_uris]) =>
      client(id, {
        consent: 'skip',
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', 'id_token'],
        allow_http_redirect_uris,
      }),
    ),
    client('brief-code', { authorization_code_lifetime: 1 }),
    client('brief-token', { access_token_lifetime: 1 }),
    client('5c9b079883e333d55a101084', { client_name: 'SDK', token_endpoint_auth_method: 'client_secret_post' }),
    client('5c9b079883e333d55a101083', {
      client_name: 'Snippet',
      // A loopback address at any port: both topologies run at once.
      application_type: 'native',
      redirect_uris: ['http://127.0.0.1/cb'],
      post_logout_redirect_uris: ['http://127.0.0.1/bye'],
    }),
  ],
  accounts: [
    {
      username: 'anna',
      password,
      email: 'anna@example.test',
      email_verified: true,
      name: 'Anna Example',
      phone_number: '+8613900000000',
    },
    { username: 'bob', password, email: 'bob@example.test', name: 'Bob <b>Builder</b>' },
    { username: 'carol', password },
  ],
};
