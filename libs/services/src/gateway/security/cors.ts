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
 * What lets a script read the answer, errors too. Any origin may ask where the service is told of no cookie, also a
 * script that sends some regardless; where it is, the service, which knows the clients, names the origin in its reply.
 * @see Browser-Based Applications §6.3.3.4, RFC 7009 §2.3
 */
export const corsHeaders = (contract: EndpointContract, origin: string | undefined): Record<string, string> => {
  if (!contract.cors) return {};
  const vary = { vary: 'origin' };
  if (origin === undefined) return vary;
  return {
    ...vary,
    ...(contract.cors === 'registered' ? {} : readableBy(origin)),
    'access-control-expose-headers': exposedHeaders.join(', '),
  };
};

const readableBy = (origin: string): Record<string, string> => ({
  'access-control-allow-origin': origin,
  'access-control-allow-credentials': 'true',
});

/**
 * The answer to the question that a browser asks before such a call. It carries no cookie and gives nothing away, so that
 * every origin gets it; whether one may read what it then asks for is said there.
 * @see Fetch Standard §3.3.3 (CORS-preflight request)
 */
export const preflightHeaders = (
  { methods }: EndpointContract,
  origin: string | undefined,
): Record<string, string> => ({
  ...(origin === undefined ? {} : readableBy(origin)),
  'access-control-allow-methods': methods.join(', '),
  'access-control-allow-headers': allowedHeaders.join(', '),
  'access-control-max-age': '7200',
});
