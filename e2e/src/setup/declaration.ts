/** The applications and people of the tests: JSON, and so YAML. */
export const secret = 'e2eSecretOfTheApplications0123456789abcdef';
/** The password of everyone. */
export const password = 'Tr0ub4dor & the people of the tests';

const client = (id: string, more: object) => ({
  client_id: id,
  redirect_uris: [`https://${id}.example.test/cb`, `http://${id}.example.test/cb`],
  post_logout_redirect_uris: [`https://${id}.example.test/bye`, `http://${id}.example.test/bye`],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid profile email phone address offline_access username orders:read',
  client_secret: secret,
  client_name: id,
  ...more,
});

export const declaration = {
  clients: [
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
    client('second', { client_name: 'Second Sight' }),
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
