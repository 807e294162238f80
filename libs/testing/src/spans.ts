import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const attributeSchema = z.object({
  key: z.string(),
  value: z.object({ stringValue: z.string().optional(), intValue: z.union([z.number(), z.string()]).optional() }),
});
const spanSchema = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().optional(),
  traceState: z.string().optional(),
  name: z.string(),
  kind: z.number(),
  attributes: z.array(attributeSchema),
  events: z.array(z.unknown()),
  status: z.object({ code: z.number(), message: z.string().optional() }),
});
const exportSchema = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: z.array(attributeSchema) }),
      scopeSpans: z.array(z.object({ spans: z.array(spanSchema) })),
    }),
  ),
});

type Attributes = Readonly<Record<string, string | number | undefined>>;

/** A span as it was sent, with the name of the service that sent it. */
export interface SentSpan extends Omit<z.infer<typeof spanSchema>, 'attributes'> {
  readonly service: string;
  readonly attributes: Attributes;
}

const attributesOf = (list: readonly z.infer<typeof attributeSchema>[]): Attributes =>
  Object.fromEntries(list.map(({ key, value }) => [key, value.stringValue ?? Number(value.intValue)]));

/** The spans of one message. @see OTLP 1.x, JSON Protobuf Encoding */
export const spansIn = (body: string): SentSpan[] =>
  exportSchema.parse(JSON.parse(body)).resourceSpans.flatMap(({ resource, scopeSpans }) => {
    const service = String(attributesOf(resource.attributes)['service.name']);
    return scopeSpans
      .flatMap(({ spans }) => spans)
      .map((span) => ({ ...span, service, attributes: attributesOf(span.attributes) }));
  });

/** Takes spans as a collector does. */
export interface SpanReceiver {
  readonly url: string;
  readonly spans: SentSpan[];
  /** The headers of the messages. */
  readonly headers: Readonly<Record<string, unknown>>[];
  /** From now on it takes messages and never answers. */
  hang(): void;
  stop(): Promise<void>;
}

/** An OTLP receiver over HTTP, with JSON. */
export const receiveSpans = async (): Promise<SpanReceiver> => {
  const spans: SentSpan[] = [];
  const headers: Readonly<Record<string, unknown>>[] = [];
  let hangs = false;
  const server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      if (hangs) return;
      headers.push({ ...request.headers, path: request.url });
      spans.push(...spansIn(body));
      response.setHeader('content-type', 'application/json').end('{}');
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    hang: () => void (hangs = true),
    stop: () => stopServer(server),
  };
};

const stopServer = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
