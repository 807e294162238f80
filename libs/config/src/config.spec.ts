import { describe, expect, test } from '@jest/globals';
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
      PORTICO_DATA_DIR: '.portico',
      PORTICO_TRUST_PROXY: false,
      PORTICO_LOG_LEVEL: 'info',
      DATABASE_POOL: 10,
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

  const wrong: [name: string, value: string][] = [
    ['PORTICO_PORT', '65536'],
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
