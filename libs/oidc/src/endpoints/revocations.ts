import { json, parse, type Endpoint, type EpochSeconds } from '@portico/endpoint';
import { retentionSeconds, type RevocationFact } from '@portico/revocation';
import type { ReportNeeds } from '@portico/sso';
import { z } from 'zod';
import { authenticateClient, type ClientAuthNeeds } from '../client-auth/authenticate-client.js';
import { methodAt } from '../client-auth/client-authentication.js';
import { deliver } from '../delivery.js';
import { OAuthError } from '../errors.js';
import type { PublishedRevocations, RevocationsPage } from '../ports.js';

/** What the feed of revocations takes. */
export interface RevocationsNeeds extends ClientAuthNeeds, ReportNeeds {
  readonly publishedRevocations: PublishedRevocations;
}

/** When it was handed out, and how far it had come. */
const params = z.object({
  after: z
    .string()
    .regex(/^\d{1,11}\.\d{1,18}$/, 'must be a cursor of this feed')
    .optional(),
});
const most = 1000;
/** What was published is kept for a day; a page must be read well before that is over. */
const cursorSeconds = retentionSeconds - 3600;

/**
 * What was revoked, for resource servers that verify tokens by themselves: asked again and again, each time after the
 * cursor of the last page.
 * @see RFC 7009 §2.1, §5; RFC 7662 §4
 */
export const revocationsEndpoint =
  (needs: RevocationsNeeds): Endpoint =>
  async (request) => {
    try {
      // Who asks what was revoked authenticates as for asking of one token.
      const client = await authenticateClient(request, 'introspection', needs);
      if (methodAt('introspection', client) === 'none')
        throw new OAuthError('unauthorized_client', 'Only a client that proves who it is may read revocations');
      const { after } = parse(params, request);
      return json(200, await pageAfter(after, needs));
    } catch (error) {
      return deliver(error, { to: 'json', challenge: 'Basic' }, { request, report: needs.report });
    }
  };

const pageAfter = async (cursor: string | undefined, { publishedRevocations, clock }: RevocationsNeeds) => {
  const at = clock();
  const [givenAt, given = '0'] = cursor?.split('.') ?? [];
  if (givenAt !== undefined && Number(givenAt) < at - cursorSeconds)
    throw new OAuthError('invalid_request', 'after is too old: begin anew without it');
  return feedPage(await publishedRevocations.after(given, most), at);
};

/**
 * A page of the feed, as it is told: what waits to be published makes it older than it is.
 * @see RFC 7009 §5
 */
export const feedPage = ({ facts, position, more, waitingSince }: RevocationsPage, at: EpochSeconds) => ({
  revocations: facts.map(told),
  cursor: `${at}.${position}`,
  complete_since: at - retentionSeconds,
  behind_seconds: Math.max(0, Math.ceil(at - (waitingSince ?? at))),
  more,
});

/** Only what a token can be compared with: nobody is told who was where. */
const told = (fact: RevocationFact): RevocationFact => {
  const { at } = fact.data;
  switch (fact.event) {
    case 'tokenRevoked':
      return { event: fact.event, data: { tokenId: fact.data.tokenId, at } };
    case 'authorizationRevoked':
      return { event: fact.event, data: { authorizationId: fact.data.authorizationId, at } };
    case 'sessionEnded':
      return { event: fact.event, data: { authorizationIds: fact.data.authorizationIds ?? [], at } };
    case 'subjectRevoked':
      return { event: fact.event, data: { subject: fact.data.subject, at } };
    case 'clientRevoked':
      return { event: fact.event, data: { clientId: fact.data.clientId, at } };
  }
};
