import { json, parse, single, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import { activeToken, type ActiveTokenNeeds } from '../active-token.js';
import type { Held } from '../authorization.js';
import { authenticateClient, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import { methodAt } from '../client-auth/client-authentication.js';
import type { Client } from '../client.js';
import { deliver } from '../delivery.js';
import { describedToken, type DescribedTokenNeeds } from '../described-token.js';
import { faceOf, type Face } from '../face.js';

/** What the introspection endpoint takes. */
export interface IntrospectionNeeds extends ClientAuthNeeds, ActiveTokenNeeds, DescribedTokenNeeds, ReportNeeds {
  readonly policy: DescribedTokenNeeds['policy'];
  readonly clients: DescribedTokenNeeds['clients'];
  readonly face: Face;
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
      if (!held || !mayKnow(client, held, needs)) return json(200, { active: false });
      return json(200, { active: true, ...(await describedToken(held, needs, client)) });
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

// Each issuer tells of its own tokens. A client that need not prove who it is learns of its own tokens alone; RFC 7662
// §2.1 wants the others' holders authorized.
const mayKnow = (client: Client, { authorization }: Held, { face }: IntrospectionNeeds): boolean =>
  faceOf(authorization) === face &&
  (methodAt('introspection', client) !== 'none' || authorization.clientId === client.id);
