import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { Unavailable } from '@portico/contracts';
import { receiveSpans, type SpanReceiver } from '@portico/testing';
import { openLog } from '../../common/logging.js';
import { openTraces, type Traces } from '../../common/traces.js';
import { echo, raw, startGateway } from '../gateway.fixture.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const traceparent = `00-${traceId}-00f067aa0ba902b7-01`;

let receiver: SpanReceiver;
let traces: Traces;
let gateway: Awaited<ReturnType<typeof startGateway>>;
beforeEach(async () => {
  receiver = await receiveSpans();
  const config = {
    OTEL_EXPORTER_OTLP_ENDPOINT: receiver.url,
    OTEL_TRACES_SAMPLER_ARG: 1,
    PORTICO_ISSUER: 'http://127.0.0.1/oidc',
  };
  traces = openTraces(config, { name: 'gateway', log: openLog({ PORTICO_LOG_LEVEL: 'silent' }, 'gateway') });
  const away = () => Promise.reject(new Unavailable('hunter2'));
  gateway = await startGateway({ token: echo, userinfo: echo, jwks: away }, { traces });
});
afterEach(async () => {
  await gateway.close();
  await traces.close();
  await receiver.stop();
});
const sent = async () => {
  await traces.close();
  return receiver.spans;
};
const ask = (path: string, init: RequestInit = {}) =>
  fetch(gateway.url + path, { ...init, signal: AbortSignal.timeout(5_000) });

it('a request to an endpoint is one span, with its id and without anything that it carries', async () => {
  const response = await ask('/oidc/me?access_token=hunter2', {
    headers: { traceparent, authorization: 'Bearer hunter2', cookie: 'a=hunter2', 'user-agent': 'hunter2' },
  });
  const [span, ...others] = await sent();
  expect(others).toEqual([]);
  expect(span).toMatchObject({ name: 'GET /oidc/me', traceId, parentSpanId: '00f067aa0ba902b7', status: { code: 0 } });
  expect(span?.attributes).toEqual({
    'url.scheme': 'http',
    'server.address': '127.0.0.1',
    'server.port': 80,
    'http.request.method': 'GET',
    'http.route': '/oidc/me',
    'url.path': '/oidc/me',
    'http.response.status_code': 200,
    'portico.endpoint': 'userinfo',
    'portico.request_id': response.headers.get('x-request-id'),
  });
});

it.each([
  ['an unknown path', '/oidc/nothing', {}, []],
  ['a method that is not answered', '/oidc/token', { method: 'PUT' }, ['405 undefined']],
  ['a body that cannot be read', '/oidc/token', { method: 'POST', body: '{}' }, ['400 undefined']],
  ['a service that does not answer', '/oidc/.well-known/jwks.json', {}, ['503 503']],
])('%s', async (_, path, init, expected) => {
  await ask(path, init);
  const spans = await sent();
  expect(
    spans.map(({ attributes }) => `${attributes['http.response.status_code']} ${attributes['error.type']}`),
  ).toEqual(expected);
});

it('W3C Trace Context §3.2: a header that comes twice is none', async () => {
  const twice = `traceparent: ${traceparent}\r\n`.repeat(2);
  await raw(gateway.url, `GET /oidc/me HTTP/1.1\r\nhost: a\r\n${twice}connection: close\r\n\r\n`);
  const [span] = await sent();
  expect(span?.parentSpanId).toBeUndefined();
  expect(span?.traceId).not.toBe(traceId);
});
