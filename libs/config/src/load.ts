import { readFileSync } from 'node:fs';
import { configSchema, type Config } from './config.js';

/** Settings that do not fit; every fault is told at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The configuration does not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the settings from an environment, and from the files that it names. A variable of ours that the schema does not
 * know is a fault: a typing error must not pass as a default.
 * @throws ConfigError every fault
 */
export const loadConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const known = Object.keys(configSchema.in.shape);
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const { found, unread } = readFiles(given);
  const unknown = Object.keys(given).filter((name) => name.startsWith('PORTICO_') && !known.includes(name));
  const result = configSchema.safeParse(Object.fromEntries(known.map((name) => [name, found[name] ?? given[name]])));
  const faults = [
    ...unknown.map((name) => `${name} is not a setting of Portico`),
    ...unread.map((name) => `${name} cannot be read`),
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
  ];
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  return result.data;
};

/** URLs and headers bear passwords: a file may hold them. What stands in the environment itself comes first, as with the secret. */
const readFiles = (given: Readonly<Record<string, string | undefined>>) => {
  const found: Record<string, string> = {};
  const unread: string[] = [];
  for (const name of ['DATABASE_URL', 'NATS_URL', 'QUEUE_URL', 'OTEL_EXPORTER_OTLP_HEADERS']) {
    const file = given[`${name}_FILE`];
    if (file === undefined || given[name] !== undefined) continue;
    try {
      found[name] = readFileSync(file, 'utf8').trim();
    } catch {
      unread.push(`${name}_FILE`);
    }
  }
  return { found, unread };
};
