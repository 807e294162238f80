import { errors, jwtVerify, type JWTPayload, type JWTVerifyGetKey } from 'jose';
import { BearerError } from './bearer-error.js';

/** The algorithms by which the provider signs: each needs a key pair, so that what verifies cannot sign. @see RFC 8725 §3.1 */
export type Algorithm = 'RS256' | 'PS256' | 'ES256' | 'EdDSA';

const algorithms: readonly Algorithm[] = ['RS256', 'PS256', 'ES256', 'EdDSA'];

declare const verified: unique symbol;

/** An access token that was checked: only `verify` makes one. The times are in seconds since the epoch. @see RFC 9068 §2.2 */
export interface VerifiedToken {
  readonly [verified]: true;
  /** The person, or the client itself where no person is involved. */
  readonly subject: string;
  readonly clientId: string;
  readonly scope: readonly string[];
  readonly audience: readonly string[];
  readonly tokenId: string;
  readonly issuedAt: number;
  readonly expiresAt: number;
  /** Everything that it says. */
  readonly claims: Readonly<Record<string, unknown>>;
}

/** What must be true of an access token. */
export interface Expected {
  readonly issuer: string;
  /** The token must name one of them. */
  readonly audience: string | readonly string[];
  readonly algorithms?: readonly Algorithm[] | undefined;
  /** So far the clocks may be apart. @see RFC 7519 §4.1.4 (leeway) */
  readonly clockSkewSeconds: number;
  /** Seconds since the epoch. */
  readonly clock: () => number;
}

/** Longer than any that the provider issues. */
const longest = 16_384;

const invalid = (description: string, cause?: unknown): BearerError =>
  new BearerError('invalid_token', description, { cause });

/**
 * Checks format, type, signature, issuer, audience and times of an access token.
 * @see RFC 9068 §4; RFC 7515 §4.1.11 (crit); RFC 8725 §3.1, §3.8, §3.9, §3.11
 * @throws BearerError invalid_token
 */
export const checkedToken = async (text: string, expected: Expected, key: JWTVerifyGetKey): Promise<VerifiedToken> => {
  if (text.length > longest) throw invalid('The token is too long');
  const { payload } = await jwtVerify(text, key, optionsOf(expected)).catch((error: unknown) => {
    if (error instanceof errors.JOSEError) throw invalid(sentenceOf(error), error);
    throw error;
  });
  const { iat = 0, nbf = 0 } = payload;
  if (Math.max(iat, nbf) > expected.clock() + expected.clockSkewSeconds) throw invalid('The token is not valid yet');
  return tokenOf(payload);
};

const optionsOf = ({ issuer, audience, clockSkewSeconds, clock, ...expected }: Expected) => {
  const algs = expected.algorithms ?? algorithms;
  return {
    typ: 'at+jwt',
    // RFC 9864 §2.2 names EdDSA on this curve anew.
    algorithms: algs.includes('EdDSA') ? [...algs, 'Ed25519'] : [...algs],
    issuer,
    audience: typeof audience === 'string' ? audience : [...audience],
    clockTolerance: clockSkewSeconds,
    currentDate: new Date(clock() * 1000),
    requiredClaims: ['exp', 'iat', 'sub', 'client_id', 'jti'],
  };
};

const claimed: Readonly<Record<string, string>> = {
  iss: 'The token comes from another issuer',
  aud: 'The token is for another resource server',
  typ: 'This is no access token',
};

const sentenceOf = (error: errors.JOSEError): string => {
  if (error instanceof errors.JWTExpired) return 'The token has expired';
  if (error instanceof errors.JWTClaimValidationFailed)
    return claimed[error.claim] ?? 'The token lacks a claim, or has one that does not fit';
  if (error instanceof errors.JOSENotSupported) return 'The token wants something that is not known here';
  if (error instanceof errors.JWSInvalid || error instanceof errors.JWTInvalid) return 'The token is not a signed JWT';
  return 'The signature of the token does not fit';
};

const tokenOf = (payload: JWTPayload): VerifiedToken => {
  const { sub, client_id: clientId, jti, aud, iat, exp, scope = '' } = payload;
  const texts = [sub, clientId, jti, scope];
  if (!texts.every((text) => typeof text === 'string') || typeof iat !== 'number' || typeof exp !== 'number')
    throw invalid('The token has a claim that does not fit');
  const [subject = '', client = '', tokenId = '', scopes = ''] = texts;
  const token: Omit<VerifiedToken, typeof verified> = {
    subject,
    clientId: client,
    scope: scopes.split(' ').filter(Boolean),
    audience: [aud ?? []].flat(),
    tokenId,
    issuedAt: iat,
    expiresAt: exp,
    claims: payload,
  };
  return token as VerifiedToken;
};
