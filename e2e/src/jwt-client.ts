import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { secret } from './setup/declaration.js';

/** A client that authenticates by a JWT. */
export const jwtClient = {
  client_id: 'faults-jwt',
  client_secret: secret,
  token_endpoint_auth_method: 'client_secret_jwt',
  redirect_uris: [],
  grant_types: ['client_credentials'],
  scope: 'orders:read',
};

/** What it signs at this time of its own clock, in seconds; it holds for twenty. */
export const assertionAt = (at: number, audience: string): Promise<string> =>
  new SignJWT({ jti: randomUUID() })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(jwtClient.client_id)
    .setSubject(jwtClient.client_id)
    .setAudience(audience)
    .setIssuedAt(at)
    .setNotBefore(at)
    .setExpirationTime(at + 20)
    .sign(new TextEncoder().encode(secret));
