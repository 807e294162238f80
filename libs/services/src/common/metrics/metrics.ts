import { Controller, Get, Header, Inject } from '@nestjs/common';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { metricTable, type LabelsOf, type MetricName, type NameOf } from './table.js';

/** A value, and to which series it belongs. */
export interface Reading<Name extends MetricName> {
  readonly labels: LabelsOf<Name>;
  readonly value: number;
}

/** All series of a number as they are now. */
export type Readings<Name extends MetricName> = readonly Reading<Name>[];

/** What a process tells of itself in numbers; none of them names a person, a client or a token. */
export interface Metrics {
  /** Counts on with each call of the answer; asked for twice, it is the same. 0 shows a series before anything has happened. */
  counter<Name extends NameOf<'counter'>>(name: Name): (labels: LabelsOf<Name>, by?: number) => void;
  histogram<Name extends NameOf<'histogram'>>(name: Name): (labels: LabelsOf<Name>, value: number) => void;
  /** Read whenever somebody asks: what somebody else keeps. */
  read<Name extends NameOf<'counter' | 'gauge'>>(
    name: Name,
    readings: () => Readings<Name> | Promise<Readings<Name>>,
  ): void;
  /** The same of a number with one series. */
  readOne(name: NameOf<'counter' | 'gauge'>, value: () => number): void;
  /** In the text format of Prometheus 0.0.4. */
  text(): Promise<string>;
}

/** From a millisecond to the deadline of a call. */
const buckets = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** The numbers of a process; `ofNode` adds those of Node itself: event loop, memory, garbage. */
export const newMetrics = ({ ofNode = false } = {}): Metrics => {
  const registry = new Registry();
  if (ofNode) collectDefaultMetrics({ register: registry });
  const shapeOf = (name: MetricName) => {
    const { help, labels } = metricTable[name];
    return { name, help, labelNames: [...labels], registers: [registry] };
  };
  const read: Metrics['read'] = (name, readings) => {
    // Asked first, shown then in one go: somebody else may be asking too.
    async function collect(this: Counter | Gauge): Promise<void> {
      const all = await readings();
      forget(this);
      for (const { labels, value } of all) this.inc(labels, value);
    }
    if (metricTable[name].kind === 'gauge') new Gauge({ ...shapeOf(name), collect });
    else new Counter({ ...shapeOf(name), collect });
  };
  return {
    counter: (name) => {
      const counter = registry.getSingleMetric(name) ?? new Counter(shapeOf(name));
      return (labels, by = 1) => (counter as Counter).inc(labels, by);
    },
    histogram: (name) => {
      const histogram = new Histogram({ ...shapeOf(name), buckets });
      return (labels, value) => histogram.observe(labels, value);
    },
    read,
    readOne: (name, value) => read(name, () => [{ labels: {} as LabelsOf<typeof name>, value: value() }]),
    text: () => registry.metrics(),
  };
};

/** A number without labels would come back as 0. */
const forget = (metric: Counter | Gauge): void => {
  metric.reset();
  if ('labelNames' in metric && (metric.labelNames as readonly string[]).length === 0) metric.remove();
};

/** Under this token Nest hands the page its numbers. */
export const METRICS = Symbol('Metrics');

/** For whoever watches; beside the probes, never on the public port. */
@Controller('metrics')
export class MetricsController {
  constructor(@Inject(METRICS) private readonly all: Pick<Metrics, 'text'>) {}

  @Get()
  @Header('content-type', 'text/plain; version=0.0.4; charset=utf-8')
  @Header('cache-control', 'no-store')
  page(): Promise<string> {
    return this.all.text();
  }
}
