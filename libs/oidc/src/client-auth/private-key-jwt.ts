import { publicKeyOf, signingAlgorithm, verifySignature } from '@portico/jwt';
import { clientKeys } from '../client-keys.js';
import { clientAssertion } from './client-assertion.js';

/** A JWT that the client signs with its private key. @see OpenID Connect Core 1.0 §9 (private_key_jwt) */
export const privateKeyJwt = clientAssertion({
  name: 'private_key_jwt',
  algorithms: signingAlgorithm.options,
  verify: async ({ text, alg, kid }, client, needs) => {
    if (alg === 'HS256') return undefined;
    for (const key of await clientKeys(client, { alg, kid }, needs))
      if (await verifySignature(text, publicKeyOf(key), alg)) return client;
    return undefined;
  },
});
