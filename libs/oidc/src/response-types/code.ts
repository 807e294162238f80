import { randomUUID } from 'node:crypto';
import { namedPartition, pairName, partitionFor, randomSecret } from '@portico/endpoint';
import type { AuthorizationCode } from '../authorization.js';
import { tokenKey } from '../token-key.js';
import type { Granted, ResponsePart } from './response-type.js';

const textFor = ({ client, authorization: { id, grantedAt: from } }: Granted): string => {
  const part = partitionFor({ from, until: from + client.metadata.authorization_code_lifetime });
  return `${randomSecret()}${pairName([part, namedPartition(id)])}`;
};

const codeFor = (text: string, { request, client, authorization }: Granted): AuthorizationCode => ({
  kind: 'code',
  hash: tokenKey(text, authorization.grantedAt),
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
    const text = textFor(granted);
    return Promise.resolve({ params: { code: text }, stored: [codeFor(text, granted)] });
  },
};
