import { json, parse, single, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import { activeToken, type ActiveTokenNeeds } from '../active-token.js';
import type { AccessToken, Held, RefreshToken } from '../authorization.js';
import { authenticateClient, methodAt, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import type { Policy } from '../policy.js';
import { scopeText } from '../scope.js';

/** What the introspection endpoint takes. */
export interface IntrospectionNeeds extends ClientAuthNeeds, ActiveTokenNeeds, ReportNeeds {
  readonly policy: Policy;
}

// A hint would only say where to look first; both kinds are found by the same hash (RFC 7662 §2.1 lets a server ignore it).
const params = z.object({ token: z.string() });

/**
 * The introspection endpoint.
 * @see RFC 7662 §2
 */
export const introspectionEndpoint =
  (needs: IntrospectionNeeds): Endpoint =>
  async (request) => {
    try {
      const client = await authenticateClient(request, 'introspection', needs);
      const { token } = parse(params, single(request));
      const held = await activeToken(token, needs);
      return json(200, held && mayKnow(client, held) ? described(held, needs.policy) : { active: false });
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

// A client that need not prove who it is learns of its own tokens alone; RFC 7662 §2.1 wants the others' holders authorized.
const mayKnow = (client: Client, { authorization }: Held): boolean =>
  methodAt('introspection', client) !== 'none' || authorization.clientId === client.id;

const described = (
  { token, authorization }: Held<AccessToken | RefreshToken>,
  { issuer }: Policy,
): Record<string, unknown> => ({
  active: true,
  iss: issuer,
  sub: authorization.subject ?? authorization.clientId,
  client_id: authorization.clientId,
  aud: token.kind === 'access_token' ? audienceOf(token) : undefined,
  scope: scopeText(token.kind === 'access_token' ? token.scope : authorization.scope),
  token_type: token.kind === 'access_token' ? 'Bearer' : undefined,
  jti: token.id,
  iat: token.issuedAt,
  exp: token.expiresAt,
});

const audienceOf = ({ audience: [only, ...others] }: AccessToken): unknown =>
  others.length > 0 ? [only, ...others] : only;
