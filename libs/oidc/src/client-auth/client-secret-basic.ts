import { OAuthError } from '../errors.js';
import type { ClientAuthentication } from './client-authentication.js';
import { proveBySecret } from './client-secret.js';

const formDecoded = (text: string): string | undefined => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return undefined;
  }
};

/**
 * Id and secret in the Authorization header. They should be form-encoded; clients that send them as they are get in too:
 * both readings are compared.
 * @see RFC 6749 §2.3.1, RFC 7617 §2
 */
export const clientSecretBasic: ClientAuthentication = {
  name: 'client_secret_basic',
  present: ({ headers: { authorization = '' } }) => {
    const [, encoded] = /^Basic +([A-Za-z0-9+/_=-]+) *$/i.exec(authorization) ?? [];
    // Another scheme, or a bare token, authenticates no client; the body may.
    if (encoded === undefined) return undefined;
    const text = Buffer.from(encoded, 'base64').toString('utf8');
    const colon = text.indexOf(':');
    if (colon < 1)
      throw new OAuthError('invalid_client', 'The Authorization header must be Basic base64(client_id:client_secret)');
    const [id, secret] = [text.slice(0, colon), text.slice(colon + 1)];
    const decoded = formDecoded(secret);
    const secrets = decoded === undefined || decoded === secret ? [secret] : [decoded, secret];
    return { clientId: formDecoded(id) ?? id, secrets };
  },
  prove: proveBySecret,
};
