import { randomUUID } from 'node:crypto';
import type { Tracer } from '@opentelemetry/api';
import { ExportResultCode } from '@opentelemetry/core';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { Config } from '@portico/config';
import { within } from '@portico/contracts';
import type { Log } from './logging.js';

type ExportConfig = Pick<
  Config,
  'OTEL_EXPORTER_OTLP_ENDPOINT' | 'OTEL_EXPORTER_OTLP_HEADERS' | 'OTEL_TRACES_SAMPLER_ARG'
>;

/** So much waits to be sent at most; what comes on top is dropped. */
const queue = { maxQueueSize: 4_096, maxExportBatchSize: 512, scheduledDelayMillis: 1_000 };
const exportMs = 5_000;
/** The end of a process waits no longer than this for whoever should take the last spans. */
const closeMs = 3_000;
const complainEveryMs = 60_000;

interface Exporting {
  readonly tracer: Tracer;
  readonly close: () => Promise<void>;
}

/** Makes spans and sends them on, in batches, beside the work: nothing waits for it, and nothing fails by it. */
export const exportTo = (
  config: ExportConfig,
  { name, log }: { readonly name: string; readonly log: Log },
): Exporting => {
  const exporter = complaining(exporterTo(config), log);
  const provider = new BasicTracerProvider({
    resource: resourceFromAttributes({
      'service.namespace': 'portico',
      'service.name': `portico-${name}`,
      'service.instance.id': randomUUID(),
    }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(config.OTEL_TRACES_SAMPLER_ARG) }),
    spanProcessors: [new BatchSpanProcessor(exporter, { ...queue, exportTimeoutMillis: exportMs })],
  });
  return {
    tracer: provider.getTracer('portico'),
    close: () => within(closeMs, 'traces', provider.shutdown()).catch(() => log.warn('the last spans were not taken')),
  };
};

const exporterTo = ({ OTEL_EXPORTER_OTLP_ENDPOINT: endpoint = '', ...config }: ExportConfig): OTLPTraceExporter =>
  new OTLPTraceExporter({
    url: `${endpoint.replace(/\/$/, '')}/v1/traces`,
    headers: headersIn(config.OTEL_EXPORTER_OTLP_HEADERS?.reveal() ?? ''),
    timeoutMillis: exportMs,
    // At the end everything that waits is sent at once, beside what is on its way.
    concurrencyLimit: queue.maxQueueSize / queue.maxExportBatchSize + 2,
  });

/** @see OpenTelemetry, OTLP Exporter Configuration (OTEL_EXPORTER_OTLP_HEADERS) */
const headersIn = (list: string): Record<string, string> => {
  const form = list.replaceAll('&', '%26').replaceAll('+', '%2B').replaceAll(',', '&');
  return Object.fromEntries(new URLSearchParams(form));
};

/** Says, once a minute at most, that spans are not taken, without the words of whoever does not take them. */
const complaining = (exporter: SpanExporter, log: Log): SpanExporter => {
  let saidAt = -Infinity;
  const complain = (): void => {
    if (performance.now() - saidAt < complainEveryMs) return;
    saidAt = performance.now();
    log.warn('spans are not taken at present');
  };
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.code !== ExportResultCode.SUCCESS) complain();
        // What is lost is lost: at the end the rest is waited for all the same.
        done({ code: ExportResultCode.SUCCESS });
      }),
    shutdown: () => exporter.shutdown(),
  };
};
