import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { json } from '@portico/endpoint';
import { newMetrics } from '../common/metrics/metrics.js';
import { startGateway } from './gateway.fixture.js';
import { countRequests } from './metrics.js';

let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeAll(async () => {
  gateway = await startGateway({
    jwks: () => Promise.resolve(json(200, { keys: [] })),
    token: () => Promise.reject(new Unavailable('away')),
  });
});
afterAll(() => gateway.close());

it('counts by endpoint and class of status; what has no endpoint makes no series of its own', async () => {
  const metrics = newMetrics();
  const count = countRequests(metrics);
  for (const path of ['/oidc/.well-known/jwks.json', '/made/up', '/made/up/too?x=1', '/oidc/token'])
    await fetch(gateway.url + path, path.endsWith('token') ? { method: 'POST', body: new URLSearchParams() } : {});
  gateway.lines.forEach(count);
  const series = (await metrics.text()).split('\n').filter((line) => line.startsWith('portico_'));
  expect(series.filter((line) => line.startsWith('portico_gateway_requests'))).toEqual([
    'portico_gateway_requests_total{endpoint="jwks",status="2xx"} 1',
    'portico_gateway_requests_total{endpoint="none",status="4xx"} 2',
    'portico_gateway_requests_total{endpoint="token",status="5xx"} 1',
  ]);
  expect(series).toContain('portico_gateway_failures_total{endpoint="token",reason="no_answer"} 1');
  expect(series).toContain('portico_gateway_request_duration_seconds_count{endpoint="none"} 2');
  expect(series.join()).not.toContain('made');
});
