import type { Metrics } from '../common/metrics/metrics.js';
import type { RequestLine } from './needs.js';

type Counted = Pick<RequestLine, 'endpoint' | 'status' | 'ms' | 'failure'>;

/** Counts what the gateway answers; a path that is no endpoint is no label: anybody may ask for anything. */
export const countRequests = (metrics: Metrics): ((line: Counted) => void) => {
  const requests = metrics.counter('portico_gateway_requests_total');
  const duration = metrics.histogram('portico_gateway_request_duration_seconds');
  const failures = metrics.counter('portico_gateway_failures_total');
  return ({ endpoint = 'none', status, ms, failure }) => {
    requests({ endpoint, status: `${Math.floor(status / 100)}xx` });
    duration({ endpoint }, ms / 1000);
    if (failure !== undefined) failures({ endpoint, reason: status === 503 ? 'no_answer' : 'error' });
  };
};
