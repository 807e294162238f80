import { callerOf, json, parse, type Asked, type Clock, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import type { Held } from '../authorization.js';
import { authenticateClient, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { TokenStore } from '../ports.js';
import { tokenKey } from '../token-key.js';

/** What the revocation endpoint takes. */
export interface RevocationNeeds extends ClientAuthNeeds, ReportNeeds {
  readonly tokens: TokenStore;
  readonly clock: Clock;
}

/** What is to be revoked, besides by whom. @see RFC 7009 §2.1 */
export const revocationParams = z.object({ token: z.string() });

/**
 * The revocation endpoint.
 * @see RFC 7009 §2.1, §2.2, §2.2.1
 */
export const revocationEndpoint =
  (needs: RevocationNeeds): Endpoint =>
  async (request) => {
    try {
      const client = await authenticateClient(request, 'revocation', needs);
      const { token } = parse(revocationParams, request);
      const held = await needs.tokens.find(tokenKey(token, needs.clock()));
      const when = { at: needs.clock(), by: callerOf(request) };
      if (held) await revoke(held, { client, when }, needs);
      // §2.2: an unknown token is no error, for the client wants it gone, and it is. The body is ignored; JSON suits everyone.
      return json(200, {});
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

const revoke = async (
  { token, authorization }: Held,
  { client, when }: { client: Client; when: Asked },
  { tokens }: RevocationNeeds,
): Promise<void> => {
  if (authorization.clientId !== client.id) throw new OAuthError('invalid_grant', 'token was issued to another client');
  // §2.1: with a refresh token goes everything that is based on the same grant.
  if (token.kind === 'access_token') await tokens.revokeToken(token.hash, when);
  else await tokens.revokeAuthorization(authorization.id, 'revoked_by_client', when);
};
