import { AsyncLocalStorage } from 'node:async_hooks';
import type { Span } from '@opentelemetry/api';

/** The span in which something is done right now. It costs nothing before the first one. */
export const currentSpan = new AsyncLocalStorage<Span>();

/** For a log line: the trace it belongs to, and where in it. */
export const tracedIds = (): object => {
  const span = currentSpan.getStore();
  if (!span) return {};
  const { traceId, spanId } = span.spanContext();
  return { traceId, spanId };
};
