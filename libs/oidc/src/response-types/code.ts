import { randomUUID } from 'node:crypto';
import { randomSecret, sha256 } from '@portico/endpoint';
import type { AuthorizationCode } from '../authorization.js';
import type { Granted, ResponsePart } from './response-type.js';

const codeFor = (text: string, { request, client, authorization }: Granted): AuthorizationCode => ({
  kind: 'code',
  hash: sha256(text),
  id: randomUUID(),
  authorizationId: authorization.id,
  issuedAt: authorization.grantedAt,
  expiresAt: authorization.grantedAt + client.metadata.authorization_code_lifetime,
  redirectUri: request.redirectUri,
  redirectUriSent: request.redirectUriSent,
  ...(request.codeChallenge === undefined ? {} : { codeChallenge: request.codeChallenge }),
  ...(request.codeChallengeMethod === undefined ? {} : { codeChallengeMethod: request.codeChallengeMethod }),
  ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
});

/** An authorization code. @see RFC 6749 §4.1.2 */
export const code: ResponsePart = {
  name: 'code',
  issue: (granted) => {
    const text = randomSecret();
    return Promise.resolve({ params: { code: text }, stored: [codeFor(text, granted)] });
  },
};
