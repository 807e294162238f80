import { password, secret } from '../setup/declaration.js';
import { publicJwk } from '../setup/signing-key.js';

export const redirectUri = 'https://app.example.test/cb';

/** Who takes part: an application of people, a machine with a secret, one with a key. */
export const declaration = {
  clients: [
    {
      client_id: 'app',
      client_secret: secret,
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      scope: 'openid profile email offline_access',
      consent: 'skip',
      access_token_signed_response_alg: 'ES256',
      id_token_signed_response_alg: 'ES256',
    },
    ...Object.entries({
      machine: { client_secret: secret },
      signing: {
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        jwks: { keys: [publicJwk] },
      },
    }).map(([client_id, more]) => ({
      client_id,
      redirect_uris: [],
      grant_types: ['client_credentials'],
      scope: 'orders:read',
      access_token_signed_response_alg: 'ES256',
      ...more,
    })),
  ],
  accounts: [{ username: 'anna', password, name: 'Anna Example', email: 'anna@example.test' }],
};
