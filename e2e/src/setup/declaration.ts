import { guides } from './guides.js';
import { publicJwk } from './signing-key.js';

/** The applications and people of the tests: JSON, and so YAML. */
export const secret = 'e2eSecretOfTheApplications0123456789abcdef';
/** The secret of every access key. */
export const accessKeySecret = 'e2eSecretOfTheAccessKeys0123456789abcdefgh';
/** The password of everyone. */
export const password = 'Tr0ub4dor & the people of the tests';
/** Where the page with the SDKs is: a port that nothing listens at, the browser finds it by a rule of its own. */
export const shop = 'http://127.0.0.1:8099';

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
    ...Object.entries({ 'frame-one': true, 'frame-two': false }).map(([id, frontchannel_logout_session_required]) =>
      client(id, {
        consent: 'skip',
        frontchannel_logout_uri: `http://${id}.example.test/out?of=us`,
        frontchannel_logout_session_required,
      }),
    ),
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
      'json-post': { token_endpoint_auth_method: 'client_secret_post' },
      'json-basic': {},
      'json-none': { token_endpoint_auth_method: 'none', client_secret: undefined },
    }).map(([id, more]) => client(id, { grant_types: ['password', 'refresh_token'], redirect_uris: [], ...more })),
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
    ...Object.entries({
      'https-alone': { redirect_uris: ['https://https-alone.example.test/cb'] },
      'http-too': { allow_http_redirect_uris: true },
    }).map(([id, more]) =>
      client(id, {
        consent: 'skip',
        grant_types: ['authorization_code', 'implicit'],
        response_types: ['code', 'id_token'],
        ...more,
      }),
    ),
    client('brief-code', { authorization_code_lifetime: 1 }),
    ...Object.entries({ suite: 'client_secret_basic', 'suite-post': 'client_secret_post' }).map(
      ([id, token_endpoint_auth_method]) =>
        client(id, {
          token_endpoint_auth_method,
          redirect_uris: ['', '?dummy1=lorem&dummy2=ipsum'].map((query) => `https://${id}.example.test/cb${query}`),
          grant_types: ['authorization_code', 'implicit', 'refresh_token'],
          response_types: ['code', 'id_token', 'id_token token', 'code id_token', 'code token', 'code id_token token'],
        }),
    ),
    client('brief-token', { access_token_lifetime: 1 }),
    client('5c9b079883e333d55a101084', { client_name: 'SDK', token_endpoint_auth_method: 'client_secret_post' }),
    client('5c9b079883e333d55a101086', {
      client_name: 'Exchange',
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      client_uri: 'https://exchange.example.test/',
      initiate_login_uri: 'https://exchange.example.test/login',
      redirect_uris: ['https://exchange.example.test/cb'],
      post_logout_redirect_uris: ['https://exchange.example.test/bye', 'https://exchange.example.test/bye?c=d&e=f'],
      grant_types: ['authorization_code', 'http://authing.cn/oidc/grant_type/authing_token'],
    }),
    client('5c9b079883e333d55a101085', {
      client_name: 'Shop',
      token_endpoint_auth_method: 'none',
      client_secret: undefined,
      redirect_uris: [`${shop}/cb`, `${shop}/cb?shop=sea%20side`, 'https://shop.example.test/cb'],
      post_logout_redirect_uris: [`${shop}/bye`, 'https://shop.example.test/bye'],
      grant_types: ['authorization_code', 'implicit', 'refresh_token'],
      response_types: ['code', 'id_token token'],
    }),
    client('each-its-own', {
      introspection_endpoint_auth_method: 'none',
      revocation_endpoint_auth_method: 'client_secret_post',
    }),
    client('sdk-userinfo', { token_endpoint_auth_method: 'client_secret_post', userinfo_format: 'authing' }),
    client('sdk-hs256', { token_endpoint_auth_method: 'client_secret_post', id_token_signed_response_alg: 'HS256' }),
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
    { username: 'dora', password },
    {
      username: 'claire',
      password,
      name: 'Claire Marie <Clair> Example',
      given_name: 'Claire',
      family_name: 'Example',
      middle_name: 'Marie',
      nickname: 'Cleo',
      profile: 'https://claire.example.test/',
      picture: 'https://claire.example.test/picture.png',
      website: 'https://claire.example.test/',
      email: 'claire@example.test',
      email_verified: false,
      gender: 'female',
      birthdate: '0000-02-29',
      zoneinfo: 'Asia/Shanghai',
      locale: 'zh-CN',
      phone_number: '+8613900000003',
      phone_number_verified: true,
      address: { formatted: '1 Example Road\nExample City', street_address: '1 Example Road', country: 'CN' },
    },
  ],
};
