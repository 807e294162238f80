import type { EndpointContract } from '@portico/contracts';
import type { EndpointReply, EndpointRequest } from '@portico/endpoint';
import { grantNames } from '@portico/oidc';
import type { Metrics } from './metrics.js';
import { labelOf, outcomeOf, type Outcome } from './outcome.js';

/** An answer to a request, and the error that it tells. */
interface Answered {
  readonly contract: Pick<EndpointContract, 'name'>;
  readonly request: Pick<EndpointRequest, 'params'>;
  readonly reply: EndpointReply;
  readonly error: string | undefined;
  readonly elapsedMs: number;
}

/** Counts what a service answers. */
export interface RequestCount {
  readonly answered: (answered: Answered) => void;
  /** A call of another service. */
  readonly called: (endpoint: string, error: string | undefined, elapsedMs: number) => void;
  /** An endpoint has thrown. */
  readonly failed: (endpoint: string, elapsedMs: number) => void;
}

const tokenEndpoints = new Set(['token', 'oauth-token']);
const grants = new Set(grantNames);

/** Requests by endpoint, outcome and error, how long they took, and the tokens that came of them. */
export const countRequests = (metrics: Metrics): RequestCount => {
  const requests = metrics.counter('portico_requests_total');
  const duration = metrics.histogram('portico_request_duration_seconds');
  const issued = metrics.counter('portico_tokens_issued_total');
  const note = (endpoint: string, { outcome, error }: { outcome: Outcome; error: string }, elapsedMs: number): void => {
    requests({ endpoint, outcome, error });
    duration({ endpoint }, elapsedMs / 1000);
  };
  return {
    answered: ({ contract: { name }, request, reply, error, elapsedMs }) => {
      const outcome = outcomeOf(reply, error);
      note(name, { outcome, error: labelOf(error) }, elapsedMs);
      if (outcome === 'ok' && tokenEndpoints.has(name)) issued({ grant: grantOf(request) });
    },
    called: (endpoint, error, elapsedMs) =>
      note(endpoint, { outcome: error === undefined ? 'ok' : 'refused', error: labelOf(error) }, elapsedMs),
    failed: (endpoint, elapsedMs) => note(endpoint, { outcome: 'failed', error: 'server_error' }, elapsedMs),
  };
};

const grantOf = ({ params }: Answered['request']): string => {
  const [grant = ''] = params.grant_type ?? [];
  return grants.has(grant) ? grant : 'other';
};
