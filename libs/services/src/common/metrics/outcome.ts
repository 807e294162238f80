import type { EndpointReply } from '@portico/endpoint';
import { errorCodes } from '@portico/oidc';

/** What a reply came to: answered, refused with a reason, or failed by us. */
export type Outcome = 'ok' | 'refused' | 'failed';

const ours = new Set(['server_error', 'temporarily_unavailable']);
const known = new Set<string>([...errorCodes, 'embedded_logout', 'session_by_link']);

/** The error that a reply tells, wherever its kind has it. */
export const errorOf = (reply: EndpointReply): string | undefined => {
  switch (reply.kind) {
    case 'json':
      return typeof reply.body.error === 'string' ? reply.body.error : undefined;
    case 'page':
      return reply.page.name === 'error' ? reply.page.error : undefined;
    case 'form_post':
    case 'web_message':
      return reply.params.error;
    case 'redirect':
      return /[?&#]error=([a-z_]{1,64})(?:&|$)/.exec(reply.location)?.[1];
    case 'jwt':
    case 'qr_code':
    case 'check_session':
    case 'empty':
      return undefined;
  }
};

/** An error as a label: one of the table, or `other`; a redirect URI might bear anything. */
export const labelOf = (error: string | undefined): string => {
  if (error === undefined) return 'none';
  return known.has(error) ? error : 'other';
};

/** A page may refuse without an error: a wrong password is asked for again. */
export const outcomeOf = (reply: EndpointReply, error: string | undefined): Outcome => {
  if (reply.status >= 500 || (error !== undefined && ours.has(error))) return 'failed';
  return error !== undefined || reply.status >= 400 || isRefusedInside(reply) ? 'refused' : 'ok';
};

/** Interfaces of Authing's answer 200 and say in the body what went wrong: GraphQL (§7.1.2), and the third version. */
const isRefusedInside = (reply: EndpointReply): boolean => {
  if (reply.kind !== 'json') return false;
  const { errors, statusCode } = reply.body;
  return Array.isArray(errors) || (typeof statusCode === 'number' && statusCode >= 400);
};
