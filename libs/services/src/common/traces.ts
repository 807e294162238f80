import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  TraceFlags,
  type Attributes,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import type { Config } from '@portico/config';
import type { TracedCall, TraceHeaders, Tracing } from '@portico/contracts';
import type { Log } from './logging.js';
import { exportTo } from './trace-export.js';
import { currentSpan } from './traced-ids.js';

/** A request as it stands at the gateway; its path holds no parameter, and its query is not told. */
export interface Arrival extends TraceHeaders {
  readonly id: string;
  readonly method: string;
  readonly route: string;
}

/** The span of a request at the gateway. */
export interface RequestSpan {
  /** What is done meanwhile belongs to it. */
  run<Result>(work: () => Result): Result;
  end(answered: { readonly status: number; readonly endpoint?: string }): void;
}

/** Records what is done for requests. */
export interface Traces extends Tracing {
  request(arrival: Arrival): RequestSpan;
  /** Sends what is still waiting to be sent; whoever should take it and does not is waited for briefly. */
  readonly close: () => Promise<void>;
}

type TracesConfig = Pick<
  Config,
  | 'OTEL_EXPORTER_OTLP_ENDPOINT'
  | 'OTEL_EXPORTER_OTLP_HEADERS'
  | 'OTEL_TRACES_SAMPLER_ARG'
  | 'PORTICO_ISSUER'
  | 'DATABASE_URL'
  | 'NATS_URL'
>;

/** Records what a process does for requests, and sends it on. */
export const openTraces = (config: TracesConfig, process: { readonly name: string; readonly log: Log }): Traces => {
  const { tracer, close } = exportTo(config, process);
  return { ...requests(tracer, config), ...calls(tracer, config), ...statements(tracer, config), close };
};

const requests = (
  tracer: Tracer,
  { OTEL_TRACES_SAMPLER_ARG: share, PORTICO_ISSUER: issuer }: TracesConfig,
): Pick<Traces, 'request'> => {
  const scheme = new URL(issuer).protocol.slice(0, -1);
  const site = { 'url.scheme': scheme, ...serverOf(issuer, scheme === 'https' ? 443 : 80) };
  return {
    request: ({ id, method, route, ...headers }) => {
      const attributes = { ...site, 'http.request.method': method, 'http.route': route, 'url.path': route };
      const options = { kind: SpanKind.SERVER, attributes: { ...attributes, 'portico.request_id': id } };
      return requestSpan(tracer.startSpan(`${method} ${route}`, options, fromOutside(headers, share)));
    },
  };
};

const requestSpan = (span: Span): RequestSpan => ({
  run: (work) => currentSpan.run(span, work),
  end: ({ status, endpoint }) => {
    span.setAttribute('http.response.status_code', status);
    if (endpoint !== undefined) span.setAttribute('portico.endpoint', endpoint);
    if (status >= 500) span.setAttribute('error.type', String(status)).setStatus({ code: SpanStatusCode.ERROR });
    span.end();
  },
});

/** Whoever asks names the trace, if they like; what is recorded here is for us to say. */
const fromOutside = (headers: TraceHeaders, share: number): Context => {
  const outside = trace.getSpanContext(contextOf(headers));
  if (!outside) return ROOT_CONTEXT;
  const traceFlags = Math.random() < share ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, { ...outside, traceFlags });
};

const propagator = new W3CTraceContextPropagator();

/** What is no trace context by the specification is as if it were not there. @see W3C Trace Context §4.3 */
const contextOf = (headers: TraceHeaders): Context => propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);

const headersOf = (span: Span): TraceHeaders => {
  const headers: Record<string, string> = {};
  propagator.inject(trace.setSpan(ROOT_CONTEXT, span), headers, defaultTextMapSetter);
  return headers;
};

const calls = (tracer: Tracer, { NATS_URL }: TracesConfig): Pick<Traces, 'calling' | 'answering'> => {
  const server = serverOf(NATS_URL, 4222);
  const attributesOf = ({ subject, requestId }: TracedCall) => ({
    ...server,
    'messaging.system': 'nats',
    'messaging.destination.name': subject,
    ...(requestId === undefined ? {} : { 'portico.request_id': requestId }),
  });
  return {
    calling: (call, ask) => {
      const operation = { 'messaging.operation.name': 'request', 'messaging.operation.type': 'send' };
      const options = { kind: SpanKind.CLIENT, attributes: { ...attributesOf(call), ...operation } };
      const span = tracer.startSpan(`request ${call.subject}`, options, here());
      return during(span, () => ask(headersOf(span)));
    },
    answering: (call, answer) => {
      const operation = { 'messaging.operation.name': 'process', 'messaging.operation.type': 'process' };
      const group = { 'messaging.consumer.group.name': call.service };
      // The caller waits for the answer: by OpenTelemetry that is a server, no consumer.
      const options = { kind: SpanKind.SERVER, attributes: { ...attributesOf(call), ...operation, ...group } };
      return during(tracer.startSpan(`process ${call.subject}`, options, contextOf(call)), answer);
    },
  };
};

/** Statements of a trace; what a process reads for itself, many times a second, is none. */
const statements = (tracer: Tracer, { DATABASE_URL }: TracesConfig): Pick<Traces, 'querying'> => {
  const attributes = { 'db.system.name': 'postgresql', ...serverOf(DATABASE_URL, 5432), ...namespaceOf(DATABASE_URL) };
  return {
    querying: (name, query) => {
      if (!currentSpan.getStore()?.isRecording()) return query();
      const options = { kind: SpanKind.CLIENT, attributes: { ...attributes, 'db.operation.name': name } };
      return during(tracer.startSpan(name, options, here()), query);
    },
  };
};

const here = (): Context => {
  const span = currentSpan.getStore();
  return span ? trace.setSpan(ROOT_CONTEXT, span) : ROOT_CONTEXT;
};

const during = async <Result>(span: Span, work: () => Promise<Result>): Promise<Result> => {
  try {
    return await currentSpan.run(span, work);
  } catch (error) {
    span.setAttributes(faultOf(error)).setStatus({ code: SpanStatusCode.ERROR });
    throw error;
  } finally {
    span.end();
  }
};

/** The kind of an error; its words might quote a request. */
const faultOf = (error: unknown): Attributes => {
  const { name = 'Error', sqlState, cause } = (error ?? {}) as { name?: string; sqlState?: string; cause?: unknown };
  if (sqlState !== undefined) return { 'error.type': sqlState, 'db.response.status_code': sqlState };
  const { code } = (cause ?? {}) as { code?: unknown };
  return { 'error.type': typeof code === 'string' ? code : name };
};

const serverOf = (url: string | undefined, standardPort: number): Attributes => {
  if (url === undefined) return {};
  const { hostname, port } = new URL(url);
  return hostname === '' ? {} : { 'server.address': hostname, 'server.port': Number(port || standardPort) };
};

const namespaceOf = (url: string | undefined): Attributes => {
  const name = url === undefined ? '' : new URL(url).pathname.slice(1);
  return name === '' ? {} : { 'db.namespace': decodeURIComponent(name) };
};
