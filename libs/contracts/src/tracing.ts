/** Where a trace stands, as the headers of a message tell it. @see W3C Trace Context §3.2, §3.3 */
export interface TraceHeaders {
  readonly traceparent?: string | undefined;
  readonly tracestate?: string | undefined;
}

/** A message that somebody answers. */
export interface TracedCall {
  readonly subject: string;
  /** Whose instances share the subject. */
  readonly service: string;
  readonly requestId?: string | undefined;
}

/** Records who does what for a request, and how long it takes. */
export interface Tracing {
  /** Asks another process; the headers tell it of the trace. */
  calling<Answer>(call: TracedCall, ask: (headers: TraceHeaders) => Promise<Answer>): Promise<Answer>;
  /** Does what another process has asked for. */
  answering<Answer>(call: TracedCall & TraceHeaders, answer: () => Promise<Answer>): Promise<Answer>;
  /** Runs a statement of the database, which is known by its name. */
  querying<Rows>(name: string, query: () => Promise<Rows>): Promise<Rows>;
}
