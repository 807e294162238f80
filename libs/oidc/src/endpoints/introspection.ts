import { json, parse, type Endpoint } from '@portico/endpoint';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import { authenticateClient, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import { deliver } from '../delivery.js';
import { introspected, type IntrospectedNeeds } from '../introspected.js';

/** What the introspection endpoint takes. */
export interface IntrospectionNeeds extends ClientAuthNeeds, IntrospectedNeeds, ReportNeeds {
  readonly policy: IntrospectedNeeds['policy'];
  readonly clients: IntrospectedNeeds['clients'];
}

/**
 * What is asked, besides by whom. A hint would only say where to look first; both kinds are found by the same hash, and a
 * server may ignore it.
 * @see RFC 7662 §2.1
 */
export const introspectionParams = z.object({ token: z.string() });

/**
 * The introspection endpoint.
 * @see RFC 7662 §2.1, §2.2, §2.3
 */
export const introspectionEndpoint =
  (needs: IntrospectionNeeds): Endpoint =>
  async (request) => {
    try {
      const client = await authenticateClient(request, 'introspection', needs);
      const { token } = parse(introspectionParams, request);
      return json(200, await introspected(token, client, needs));
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };
