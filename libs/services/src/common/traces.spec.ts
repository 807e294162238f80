import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Secret } from '@portico/config';
import { Unavailable } from '@portico/contracts';
import { receiveSpans, type SpanReceiver } from '@portico/testing';
import { openLog } from './logging.js';
import { openTraces, type Traces } from './traces.js';

const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
const parentId = '00f067aa0ba902b7';
const traceparent = `00-${traceId}-${parentId}-01`;
const call = { subject: 'oidc.v1.endpoint.token', service: 'token', requestId: 'r1' };
const arrival = { id: 'r1', method: 'POST', route: '/oidc/token' };

let receiver: SpanReceiver;
let traces: Traces;
let lines: string[];
const open = (more: Partial<Parameters<typeof openTraces>[0]> = {}): Traces =>
  openTraces(
    {
      OTEL_EXPORTER_OTLP_ENDPOINT: `${receiver.url}/`,
      OTEL_TRACES_SAMPLER_ARG: 1,
      PORTICO_ISSUER: 'https://id.example.test/oidc',
      DATABASE_URL: 'postgres://portico:hunter2@db.example.test/portico',
      NATS_URL: 'nats://token:hunter2@nats.example.test',
      ...more,
    },
    { name: 'spec', log: openLog({ PORTICO_LOG_LEVEL: 'info' }, 'spec', { write: (line) => lines.push(line) }) },
  );
beforeEach(async () => {
  lines = [];
  receiver = await receiveSpans();
  traces = open();
});
afterEach(async () => {
  await traces.close();
  await receiver.stop();
});
const sent = async () => {
  await traces.close();
  return receiver.spans;
};
const request = async (headers: object = {}, status = 200, by = traces): Promise<void> => {
  const span = by.request({ ...arrival, ...headers });
  await span.run(() =>
    by.calling(call, (told) =>
      by.answering({ ...call, ...told }, () => by.querying('tokens.find', () => Promise.resolve([]))),
    ),
  );
  span.end({ status, endpoint: 'token' });
};

it('one request is one trace: gateway, call, service, statement, each the parent of the next', async () => {
  await request();
  const [statement, answer, ask, gateway] = await sent();
  expect(receiver.spans).toHaveLength(4);
  expect(gateway).toMatchObject({
    service: 'portico-spec',
    name: 'POST /oidc/token',
    kind: 2,
    status: { code: 0 },
    attributes: {
      'http.request.method': 'POST',
      'http.route': '/oidc/token',
      'http.response.status_code': 200,
      'url.scheme': 'https',
      'server.address': 'id.example.test',
      'portico.request_id': 'r1',
      'portico.endpoint': 'token',
    },
  });
  expect(gateway?.parentSpanId).toBeUndefined();
  const nats = { 'messaging.system': 'nats', 'messaging.destination.name': call.subject, 'portico.request_id': 'r1' };
  expect(ask).toMatchObject({
    name: `request ${call.subject}`,
    kind: 3,
    parentSpanId: gateway?.spanId,
    attributes: { ...nats, 'server.address': 'nats.example.test', 'server.port': 4222 },
  });
  expect(answer).toMatchObject({ kind: 2, parentSpanId: ask?.spanId, attributes: nats });
  expect(statement).toMatchObject({
    name: 'tokens.find',
    kind: 3,
    parentSpanId: answer?.spanId,
    attributes: {
      'db.system.name': 'postgresql',
      'db.operation.name': 'tokens.find',
      'db.namespace': 'portico',
      'server.address': 'db.example.test',
      'server.port': 5432,
    },
  });
  expect(new Set(receiver.spans.map((span) => span.traceId)).size).toBe(1);
  expect(JSON.stringify(receiver.spans)).not.toContain('hunter2');
});

describe('W3C Trace Context §3.2: the header traceparent', () => {
  it.each([
    ['valid', traceparent],
    ['valid and not recorded by the caller', `00-${traceId}-${parentId}-00`],
    ['of a version to come', `01-${traceId}-${parentId}-01-what-the-future-will-bring`],
  ])('%s is gone on with', async (_, given) => {
    await request({ traceparent: given });
    const gateway = (await sent()).find(({ name }) => name === 'POST /oidc/token');
    expect(gateway).toMatchObject({ traceId, parentSpanId: parentId });
  });

  it.each([
    ['of version ff', `ff-${traceId}-${parentId}-01`],
    ['with more than version 00 has', `${traceparent}-more`],
    ['with a trace id of zeros', `00-${'0'.repeat(32)}-${parentId}-01`],
    ['with a parent id of zeros', `00-${traceId}-${'0'.repeat(16)}-01`],
    ['in capitals', traceparent.toUpperCase()],
    ['too short', traceparent.slice(0, -1)],
    ['sent twice', `${traceparent}, ${traceparent}`],
    ['of another kind', 'hunter2'],
    ['empty', ''],
  ])('%s is as if it were not there, and tracestate with it', async (_, given) => {
    await request({ traceparent: given, tracestate: 'vendor=hunter2' });
    const gateway = (await sent()).find(({ name }) => name === 'POST /oidc/token');
    expect(gateway?.traceId).not.toBe(traceId);
    expect(gateway?.parentSpanId).toBeUndefined();
    expect(JSON.stringify(receiver.spans)).not.toContain('hunter2');
  });
});

it('W3C Trace Context §3.3: tracestate is handed on, 32 members and 512 characters of it at most', async () => {
  const stateOf = async (tracestate: string) => {
    let handedOn: string | undefined;
    const span = traces.request({ ...arrival, traceparent, tracestate });
    await span.run(() => traces.calling(call, (told) => Promise.resolve((handedOn = told.tracestate))));
    span.end({ status: 200 });
    return handedOn ?? '';
  };
  expect(await stateOf('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE')).toBe('rojo=00f067aa0ba902b7,congo=t61rcWkgMzE');
  const members = Array.from({ length: 40 }, (__, index) => `v${index}=1`);
  expect((await stateOf(members.join(','))).split(',')).toHaveLength(32);
  expect(
    (await stateOf(`long=${'x'.repeat(250)},longer=${'y'.repeat(250)},longest=${'z'.repeat(250)}`)).length,
  ).toBeLessThan(513);
  expect(await stateOf('no state at all')).toBe('');
});

describe('which requests are recorded', () => {
  const none = async (share: number, headers: object): Promise<string[]> => {
    const some = open({ OTEL_TRACES_SAMPLER_ARG: share });
    const flags: string[] = [];
    for (let count = 0; count < 100; count += 1) {
      const span = some.request({ ...arrival, ...headers });
      await span.run(() =>
        some.calling(call, (told) => Promise.resolve(flags.push(told.traceparent?.slice(-2) ?? ''))),
      );
      span.end({ status: 200 });
    }
    await some.close();
    return flags;
  };

  it.each([{}, { traceparent }, { traceparent: `00-${'0'.repeat(31)}1-${parentId}-01` }])(
    'is ours to say: whoever asks for it from outside does not get it (%j)',
    async (headers) => {
      expect(new Set(await none(0, headers))).toEqual(new Set(['00']));
      expect(receiver.spans).toEqual([]);
    },
  );

  it('is chance where a share is, also for a trace id that was chosen to be recorded', async () => {
    const flags = await none(0.5, { traceparent: `00-${'0'.repeat(31)}1-${parentId}-01` });
    expect(new Set(flags)).toEqual(new Set(['00', '01']));
  });

  it('goes with the message: a service records what the gateway does, and nothing else', async () => {
    for (const flag of ['00', '01'])
      await traces.answering({ ...call, traceparent: `00-${traceId}-${parentId}-${flag}` }, () =>
        traces.querying('tokens.find', () => Promise.resolve([])),
      );
    expect((await sent()).map(({ name }) => name)).toEqual(['tokens.find', `process ${call.subject}`]);
  });

  it('leaves out the statements of a process’s own', async () => {
    expect(await traces.querying('outbox.turn', () => Promise.resolve([1]))).toEqual([1]);
    expect(await sent()).toEqual([]);
  });
});

describe('what fails', () => {
  class DatabaseFault extends Error {
    readonly sqlState = '23505';
  }
  it.each([
    ['23505', new DatabaseFault('hunter2')],
    ['Unavailable', new Unavailable('hunter2')],
    ['TIMEOUT', new Unavailable('hunter2', { cause: Object.assign(new Error('hunter2'), { code: 'TIMEOUT' }) })],
    ['Error', 'hunter2'],
  ])('is told by its kind, without its words: %s', async (kind, error) => {
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- what is thrown may be anything
    await expect(traces.calling(call, () => Promise.reject(error))).rejects.toBe(error);
    expect(await sent()).toMatchObject([{ status: { code: 2 }, attributes: { 'error.type': kind }, events: [] }]);
    expect(JSON.stringify(receiver.spans)).not.toContain('hunter2');
  });

  it.each([
    [404, 0, undefined],
    [503, 2, '503'],
  ])('a request answered with %s', async (status, code, kind) => {
    await request({}, status);
    const gateway = (await sent()).at(-1);
    expect(gateway?.status.code).toBe(code);
    expect(gateway?.attributes['error.type']).toBe(kind);
  });
});

describe('whoever should take the spans', () => {
  it('gets the headers that are set, at the path of the specification', async () => {
    await traces.close();
    traces = open({ OTEL_EXPORTER_OTLP_HEADERS: new Secret('x-key=a%20b+c/d==,x-other=1') });
    await request();
    await sent();
    expect(receiver.headers).toMatchObject([{ path: '/v1/traces', 'x-key': 'a b+c/d==', 'x-other': '1' }]);
    expect(lines).toEqual([]);
  });

  it.each(['is away', 'hangs'])(
    '%s: nothing waits for it, and the end is not held up',
    async (how) => {
      if (how === 'hangs') receiver.hang();
      else await receiver.stop();
      const begun = performance.now();
      for (let count = 0; count < 5_000; count += 1) await request();
      expect(performance.now() - begun).toBeLessThan(5_000);
      const closing = performance.now();
      await traces.close();
      expect(performance.now() - closing).toBeLessThan(4_000);
      // As often as a minute has begun, and of the end: never in the words of the one who does not take them.
      expect(lines.length).toBeGreaterThan(0);
      expect(lines.length).toBeLessThan(4);
      expect(lines.join()).not.toContain(receiver.url.replace('http://', ''));
    },
    20_000,
  );

  it('gets no more than was kept: what comes faster than it can be sent is dropped', async () => {
    for (let count = 0; count < 20_000; count += 1) traces.request(arrival).end({ status: 200 });
    const { length } = await sent();
    expect(length).toBeGreaterThanOrEqual(4_096);
    expect(length).toBeLessThanOrEqual(4_096 + 512);
  });
});

it('a log line that is written meanwhile bears the ids of the trace, and one that is not does not', async () => {
  const log = openLog({ PORTICO_LOG_LEVEL: 'info' }, 'spec', { write: (line) => lines.push(line) });
  const span = traces.request({ ...arrival, traceparent });
  span.run(() => log.info('within'));
  log.info('without');
  const ask = () => {
    log.info('deeper');
    return Promise.resolve();
  };
  await span.run(() => traces.calling(call, ask));
  span.end({ status: 200 });
  const [within, without, deeper] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const [asked, gateway] = await sent();
  expect(within).toMatchObject({ traceId, spanId: gateway?.spanId });
  expect(deeper).toMatchObject({ traceId, spanId: asked?.spanId });
  expect(without).not.toHaveProperty('traceId');
});
