import { afterAll, describe, expect, test } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { ConfigError, loadConfig, Secret } from './index.js';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    loadConfig(environment);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.faults;
    throw error;
  }
};

const secret = 'a secret of more than thirty-two characters';

describe('loadConfig', () => {
  test('an empty environment gives the defaults', () => {
    expect(loadConfig({})).toEqual({
      PORTICO_PORT: 3000,
      PORTICO_HOST: '127.0.0.1',
      PORTICO_ISSUER: 'http://127.0.0.1:3000/oidc',
      PORTICO_PATHS: 'authing',
      PORTICO_HEALTH_PORT: 0,
      PORTICO_DRAIN_SECONDS: 5,
      PORTICO_DATA_DIR: '.portico',
      PORTICO_TRUST_PROXY: false,
      PORTICO_LOG_LEVEL: 'info',
      DATABASE_POOL: 10,
      PORTICO_EVENTS_MAX_MIB: 4096,
      PORTICO_EVENTS_KEPT_SECONDS: 86_400,
      PORTICO_REVOCATION_ENTRIES: 500_000,
      OTEL_TRACES_SAMPLER_ARG: 1,
    });
  });

  test('the issuer follows the port until it is given', () => {
    expect(loadConfig({ PORTICO_PORT: '4000' }).PORTICO_ISSUER).toBe('http://127.0.0.1:4000/oidc');
    const given = { PORTICO_PORT: '4000', PORTICO_ISSUER: 'https://id.example/oidc' };
    expect(loadConfig(given).PORTICO_ISSUER).toBe('https://id.example/oidc');
  });

  test('an empty variable counts as left out', () => {
    expect(loadConfig({ PORTICO_PORT: '', DATABASE_URL: '' }).PORTICO_PORT).toBe(3000);
  });

  test('variables of others are none of its business', () => {
    expect(loadConfig({ PATH: '/bin', HOME: '/' })).not.toHaveProperty('PATH');
  });

  test.each([
    ['true', true],
    ['false', false],
  ])('a flag is the text %s', (text, value) => {
    const config = loadConfig({ PORTICO_TRUST_PROXY: text, PORTICO_DEMO: text });
    expect([config.PORTICO_TRUST_PROXY, config.PORTICO_DEMO]).toEqual([value, value]);
  });

  describe('what bears a password comes from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'portico-'));
    afterAll(() => rmSync(folder, { recursive: true }));
    const holding = (text: string): string => {
      const file = join(folder, 'url');
      writeFileSync(file, text);
      return file;
    };

    test.each([
      ['DATABASE_URL', 'postgres://portico:word@db/portico'],
      ['NATS_URL', 'nats://token:word@nats'],
      ['QUEUE_URL', 'redis://default:word@redis'],
    ] as const)('%s', (name, url) => {
      expect(loadConfig({ [`${name}_FILE`]: holding(`${url}\n`) })[name]).toBe(url);
    });

    test('so do headers with a key: nothing shows them', () => {
      const config = loadConfig({ OTEL_EXPORTER_OTLP_HEADERS_FILE: holding('x-key=a%20b\n') });
      expect(config.OTEL_EXPORTER_OTLP_HEADERS?.reveal()).toBe('x-key=a%20b');
      expect(inspect(config)).not.toContain('a%20b');
      const wrong = faultsOf({ OTEL_EXPORTER_OTLP_HEADERS_FILE: holding('no list') });
      expect(wrong).toEqual([expect.stringMatching(/^OTEL_EXPORTER_OTLP_HEADERS must be a list/)]);
    });

    test('what stands in the environment itself comes first', () => {
      const file = holding('nats://file');
      expect(loadConfig({ NATS_URL: 'nats://environment', NATS_URL_FILE: file }).NATS_URL).toBe('nats://environment');
    });

    test('a file that is not there, and one that holds something else, are faults that do not show it', () => {
      expect(faultsOf({ DATABASE_URL_FILE: join(folder, 'none'), PORTICO_PORT: 'x' })).toHaveLength(2);
      const faults = faultsOf({ NATS_URL_FILE: holding('word') });
      expect(faults).toEqual([expect.stringMatching(/^NATS_URL must be a URL/)]);
      expect(faultsOf({ NATS_URL_FILE: holding('') })).toHaveLength(1);
    });
  });

  const wrong: [name: string, value: string][] = [
    ['PORTICO_PORT', '65536'],
    ['NATS_JETSTREAM_DOMAIN', 'eu.west'],
    ['PORTICO_EVENTS_MAX_MIB', '15'],
    ['PORTICO_EVENTS_KEPT_SECONDS', '599'],
    ['PORTICO_REVOCATION_ENTRIES', '16000001'],
    ['PORTICO_PORT', 'http'],
    ['PORTICO_PORT', '-1'],
    ['PORTICO_PORT', '1.5'],
    ['PORTICO_ISSUER', 'id.example'],
    ['PORTICO_ISSUER', 'https://id.example/oidc/'],
    ['PORTICO_ISSUER', 'https://id.example/oidc?x=1'],
    ['PORTICO_ISSUER', 'https://id.example/oidc#x'],
    ['PORTICO_ISSUER', 'https://admin@id.example/oidc'],
    ['PORTICO_ISSUER', 'ftp://id.example/oidc'],
    ['PORTICO_ISSUER', 'https://id.example/oauth'],
    ['PORTICO_PATHS', 'other'],
    ['PORTICO_SECRET', 'short'],
    ['PORTICO_TRUST_PROXY', 'yes'],
    ['PORTICO_DEMO', '1'],
    ['PORTICO_LOG_LEVEL', 'loud'],
    ['DATABASE_URL', 'mysql://localhost/portico'],
    ['DATABASE_POOL', '0'],
    ['NATS_URL', 'localhost:4222'],
    ['QUEUE_URL', 'amqp://localhost'],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'collector:4318'],
    ['OTEL_EXPORTER_OTLP_HEADERS', 'a key'],
    ['OTEL_TRACES_SAMPLER_ARG', '1.1'],
  ];
  test.each(wrong)('%s=%s is a fault', (name, value) => {
    const faults = faultsOf({ [name]: value });
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(new RegExp(`^${name} `));
  });

  test('a variable of ours that nobody knows is a fault', () => {
    expect(faultsOf({ PORTICO_ISUER: 'https://id.example/oidc' })).toEqual([
      'PORTICO_ISUER is not a setting of Portico',
    ]);
  });

  test('every fault is told at once', () => {
    const environment = { PORTICO_PORT: 'x', PORTICO_SECRET: 'short', DATABASE_URL: 'here', PORTICO_NONSENSE: '1' };
    expect(faultsOf(environment).map((fault) => fault.split(' ')[0])).toEqual([
      'PORTICO_NONSENSE',
      'PORTICO_PORT',
      'PORTICO_SECRET',
      'DATABASE_URL',
    ]);
  });

  test('a fault does not repeat the value', () => {
    expect(faultsOf({ PORTICO_SECRET: 'hunter2', DATABASE_URL: 'mysql://root:hunter2@db' }).join()).not.toContain(
      'hunter2',
    );
  });
});

describe('Secret', () => {
  test('only reveal() shows it', () => {
    const { PORTICO_SECRET: held } = loadConfig({ PORTICO_SECRET: secret });
    expect(held?.reveal()).toBe(secret);
    const shown = [String(held), held?.toString(), JSON.stringify({ held }), inspect({ held }, { depth: 9 })];
    expect(shown.join()).not.toContain(secret);
    expect(JSON.stringify({ held })).toBe('{"held":"[secret]"}');
  });

  test('it has no member that holds the value', () => {
    expect(Object.getOwnPropertyNames(new Secret(secret))).toEqual([]);
  });
});
