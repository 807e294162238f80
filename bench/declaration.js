// Who asks in a benchmark: a client a signature algorithm, and a person.
const secret = 'bench-secret-that-is-long-enough-to-be-one';

/** Where codes are sent; nobody listens there. */
export const redirectUri = 'https://bench.example.test/cb';

const password = 'correct horse battery staple';
const people = 64;

/** Who signs in, one on each connection: many attempts at once for the same person are refused. */
export const personAt = (index) => ({ identifier: `bench-${index % people}`, password });

const clientOf = (alg) => ({
  client_id: `bench-${alg.toLowerCase()}`,
  client_secret: secret,
  token_endpoint_auth_method: 'client_secret_basic',
  redirect_uris: [redirectUri],
  grant_types: ['authorization_code', 'refresh_token', 'client_credentials'],
  scope: 'openid profile email offline_access orders:read',
  consent: 'skip',
  id_token_signed_response_alg: alg,
  access_token_signed_response_alg: alg,
});

/** What is applied to the provider before it is measured. */
export const declaration = {
  clients: ['RS256', 'ES256'].map(clientOf),
  accounts: Array.from({ length: people }, (_, index) => ({
    username: personAt(index).identifier,
    password,
    name: `Bench ${index}`,
    email: `bench-${index}@example.test`,
  })),
};

/** The client of an algorithm: its id and its Basic credentials. */
export const credentialsOf = (alg) => {
  const clientId = `bench-${alg.toLowerCase()}`;
  return { clientId, authorization: `Basic ${Buffer.from(`${clientId}:${secret}`).toString('base64')}` };
};
