import { ConfigError, loadConfig, type Config } from '@portico/config';
import { within } from '@portico/contracts';
import { openLog, type Log } from './logging.js';
import { newMetrics, type Metrics } from './metrics/metrics.js';
import type { Traces } from './traces.js';

/** What a process has in hand when it starts. */
export interface Boot {
  readonly name: string;
  readonly config: Config;
  readonly log: Log;
  /** What it tells of itself in numbers. */
  readonly metrics: Metrics;
  /** Where traces are configured. */
  readonly traces?: Traces | undefined;
  /** Aborted when the process is told to stop. */
  readonly stopping: AbortSignal;
  /** Whatever is opened says here how it is closed; the last comes first. */
  readonly atEnd: (close: () => Promise<unknown>) => void;
}

/** A process: the settings it cannot do without (each a choice of names), and how it starts. */
export interface Program {
  readonly requires?: readonly (readonly string[])[];
  readonly start: (boot: Boot) => Promise<void>;
}

const drainMs = 20_000;

/** Runs a process until it is told to stop: SIGTERM or SIGINT ends it in good order, a second one at once. */
export const boot = async (name: string, { requires = [], start }: Program): Promise<void> => {
  const config = configOrExit(requires);
  const log = openLog(config, name);
  const metrics = newMetrics({ ofNode: true });
  const stopping = new AbortController();
  const closers: (() => Promise<unknown>)[] = [];

  const end = async (code: number): Promise<void> => {
    if (stopping.signal.aborted) process.exit(1);
    stopping.abort();
    process.exit((await closeAll(closers, log)) ? code : 1);
  };
  const fail = (error: unknown): void => {
    log.fatal({ err: error }, 'failed');
    void end(1);
  };
  const stop = (signal: NodeJS.Signals): void => {
    log.info({ signal }, 'stopping');
    void end(0);
  };
  process.on('SIGTERM', stop).on('SIGINT', stop);
  process.on('uncaughtException', fail).on('unhandledRejection', fail);

  try {
    const atEnd: Boot['atEnd'] = (close) => void closers.push(close);
    const traces = await tracesOf(config, { name, log });
    // Closed last: what is still done while the process ends is told too.
    if (traces) atEnd(traces.close);
    await start({ name, config, log, metrics, traces, stopping: stopping.signal, atEnd });
  } catch (error) {
    if (!stopping.signal.aborted) fail(error);
  }
};

/** What traces is loaded where it is wanted: it costs half a second and 16 MB. */
const tracesOf = async (config: Config, process: { readonly name: string; readonly log: Log }) =>
  config.OTEL_EXPORTER_OTLP_ENDPOINT ? (await import('./traces.js')).openTraces(config, process) : undefined;

/** Every fault at once, one a line, before anything is opened. */
const configOrExit = (requires: Required<Program>['requires']): Config => {
  try {
    return readConfig(process.env, requires);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(1);
  }
};

const readConfig = (environment: NodeJS.ProcessEnv, requires: Required<Program>['requires']): Config => {
  const missing = requires
    .filter(
      (choice) => !choice.flatMap((setting) => [setting, `${setting}_FILE`]).some((setting) => environment[setting]),
    )
    .map((choice) => `${choice.join(' or ')} is required`);
  const config = configOf(environment);
  const faults = [...(config instanceof ConfigError ? config.faults : []), ...missing];
  if (config instanceof ConfigError || faults.length > 0) throw new ConfigError(faults);
  return config;
};

const configOf = (environment: NodeJS.ProcessEnv): Config | ConfigError => {
  try {
    return loadConfig(environment);
  } catch (error) {
    if (error instanceof ConfigError) return error;
    throw error;
  }
};

/** False where something did not close in good order. */
const closeAll = async (closers: (() => Promise<unknown>)[], log: Log): Promise<boolean> => {
  const giveUpAt = Date.now() + drainMs;
  let inOrder = true;
  for (let close = closers.pop(); close; close = closers.pop()) {
    try {
      await within(Math.max(1, giveUpAt - Date.now()), 'closing', close());
    } catch (error) {
      inOrder = false;
      log.warn({ err: error }, 'did not close in good order');
    }
  }
  return inOrder;
};
