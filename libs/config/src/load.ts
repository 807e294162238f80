import { configSchema, type Config } from './config.js';

/** Settings that do not fit; every fault is told at once. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  constructor(readonly faults: readonly string[]) {
    super(`The configuration does not fit:\n${faults.map((fault) => `  - ${fault}`).join('\n')}`);
  }
}

/**
 * Reads the settings from an environment. A variable of ours that the schema does not know is a fault: a typing error
 * must not pass as a default.
 * @throws ConfigError every fault
 */
export const loadConfig = (environment: Readonly<Record<string, string | undefined>>): Config => {
  const known = Object.keys(configSchema.in.shape);
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value !== ''),
  );
  const unknown = Object.keys(given).filter((name) => name.startsWith('PORTICO_') && !known.includes(name));
  const result = configSchema.safeParse(Object.fromEntries(known.map((name) => [name, given[name]])));
  const faults = [
    ...unknown.map((name) => `${name} is not a setting of Portico`),
    ...(result.error?.issues ?? []).map((issue) => `${issue.path.join('.')} ${issue.message}`),
  ];
  if (!result.success || faults.length > 0) throw new ConfigError(faults);
  return result.data;
};
