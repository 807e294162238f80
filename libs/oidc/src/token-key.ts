import {
  isNear,
  namedPair,
  namedPartition,
  partitionFor,
  sha256,
  unbounded,
  type EpochSeconds,
  type Pair,
} from '@portico/endpoint';
import { unverifiedJwt } from '@portico/jwt';

/**
 * Under what a token is stored: the SHA-256 of its text and, before it, the parts of the store for itself and for its
 * authorization, which its text tells while it can hold; a device code leaves out its authorization's. Anybody may have
 * made the text up; then nothing is found there.
 * @see RFC 6749 §10.3, §10.10
 */
export const tokenKey = (text: string, at: EpochSeconds): string => {
  const [token, authorization] = text.includes('.') ? pairInJwt(text, at) : namedPair(text, at);
  return token === unbounded ? sha256(text) : `${token}.${authorization ?? ''}.${sha256(text)}`;
};

// RFC 9068 §2.2: every JWT access token has these claims. The `jti` begins with the id of its authorization.
const pairInJwt = (text: string, at: EpochSeconds): Pair => {
  const { iat, exp, jti } = unverifiedJwt(text)?.claims ?? {};
  if (typeof iat !== 'number' || typeof exp !== 'number' || typeof jti !== 'string') return [unbounded, unbounded];
  const pair = [partitionFor({ from: iat, until: exp }), namedPartition(jti)] as const;
  return pair.every((part) => isNear(part, at)) ? pair : [unbounded, unbounded];
};
