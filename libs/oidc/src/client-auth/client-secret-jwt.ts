import { secretKeyOf, verifySignature } from '@portico/jwt';
import { readableSecrets } from '../client-secrets.js';
import { clientAssertion } from './client-assertion.js';

/** A JWT that the client signs with its secret. @see OpenID Connect Core 1.0 §9 (client_secret_jwt), RFC 7518 §3.2 */
export const clientSecretJwt = clientAssertion({
  name: 'client_secret_jwt',
  algorithms: ['HS256'],
  verify: async ({ text }, client, needs) => {
    for (const secret of readableSecrets(client, needs.clock(), needs))
      if (await verifySignature(text, secretKeyOf(secret.text), 'HS256'))
        return { ...client, secrets: [secret.stored] };
    return undefined;
  },
});
