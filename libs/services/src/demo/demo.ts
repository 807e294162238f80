/** The scope the demo asks for: everything there is to see. */
const scope = 'openid profile email phone address offline_access';

/** The demo relying party, as a client of `portico.yaml`: public, it runs in the browser. */
export const demoClient = (origin: string) => ({
  client_id: '5c9b079883e333d55a101082',
  client_name: 'Portico Demo',
  client_uri: `${origin}/`,
  redirect_uris: [`${origin}/demo/callback`],
  post_logout_redirect_uris: [`${origin}/`],
  grant_types: ['authorization_code' as const, 'refresh_token' as const],
  response_types: ['code' as const],
  token_endpoint_auth_method: 'none' as const,
  scope,
});

/** The person who can sign in there, as an account of `portico.yaml`. */
export const demoAccount = {
  username: 'alice',
  password: 'correct horse battery staple',
  name: 'Alice Example',
  given_name: 'Alice',
  family_name: 'Example',
  email: 'alice@example.test',
  email_verified: true,
  phone_number: '+8613800000000',
  phone_number_verified: true,
  locale: 'en',
  zoneinfo: 'Asia/Shanghai',
  address: { formatted: '1 Portico Road, Example City', locality: 'Example City', country: 'CN' },
};
