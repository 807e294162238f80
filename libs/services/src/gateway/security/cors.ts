import type { EndpointContract } from '@portico/contracts';

/** What a script may send: the standards' own, and what Authing's SDKs add to every call. */
const allowedHeaders = [
  'authorization',
  'content-type',
  'x-authing-app-id',
  'x-authing-app-tenant-id',
  'x-authing-userpool-id',
  'x-authing-request-from',
  'x-authing-sdk-version',
  'x-authing-lang',
  'x-authing-oidc-code',
  'x-authing-oidc-accesstoken',
  'x-authing-oauth-code',
  'x-authing-oauth-accesstoken',
];

const exposedHeaders = ['www-authenticate', 'retry-after', 'x-request-id'];

/**
 * What lets a script read the answer, errors too. No credentials: these endpoints look at no cookie, so any origin may
 * ask.
 */
export const corsHeaders = (contract: EndpointContract, origin: string | undefined): Record<string, string> => {
  if (!contract.cors) return {};
  const vary = { vary: 'origin' };
  if (origin === undefined) return vary;
  return {
    ...vary,
    'access-control-allow-origin': origin,
    'access-control-expose-headers': exposedHeaders.join(', '),
  };
};

/** The answer to the question that a browser asks before such a call. @see Fetch Standard §3.3.3 (CORS-preflight request) */
export const preflightHeaders = ({ methods }: EndpointContract): Record<string, string> => ({
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': allowedHeaders.join(', '),
  'access-control-max-age': '7200',
});
