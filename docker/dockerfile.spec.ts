import { describe, expect, test } from '@jest/globals';
import { validate, ValidationSeverity } from 'dockerfile-utils';
import { readFileSync } from 'node:fs';

const text = readFileSync(new URL('Dockerfile', import.meta.url), 'utf8');
const everyRule = {
  deprecatedMaintainer: ValidationSeverity.ERROR,
  directiveCasing: ValidationSeverity.ERROR,
  emptyContinuationLine: ValidationSeverity.ERROR,
  instructionCasing: ValidationSeverity.ERROR,
  instructionCmdMultiple: ValidationSeverity.ERROR,
  instructionEntrypointMultiple: ValidationSeverity.ERROR,
  instructionHealthcheckMultiple: ValidationSeverity.ERROR,
  instructionJSONInSingleQuotes: ValidationSeverity.ERROR,
  instructionWorkdirRelative: ValidationSeverity.ERROR,
};
const faultsOf = (dockerfile: string): string[] =>
  validate(dockerfile, everyRule).map(({ message, range }) => `${range.start.line + 1}: ${JSON.stringify(message)}`);

/** The instructions of the last stage. */
const last = text.slice(text.lastIndexOf('\nFROM ')).split('\n').filter(Boolean);
const said = (instruction: string): string[] =>
  last.filter((line) => line.startsWith(`${instruction} `)).map((line) => line.slice(instruction.length + 1));

describe('docker/Dockerfile', () => {
  test('a linter has nothing to say, and would have', () => {
    expect(faultsOf(text)).toEqual([]);
    expect(faultsOf('FROM node:20 \nworkdir here\nMAINTAINER me\nCMD a\nCMD b\n')).not.toHaveLength(0);
  });

  test('every base has a tag that names one version', () => {
    const bases = [...text.matchAll(/^ARG \w+_IMAGE=(.*)$/gm)].map(([, base]) => base);
    expect(bases).not.toHaveLength(0);
    for (const base of bases) expect(base).toMatch(/^[\w./-]+:\d+\.\d+\.\d+[\w.-]*$/);
    for (const [, from] of text.matchAll(/^FROM (\S+)/gm)) expect(['${NODE_IMAGE}', 'scratch']).toContain(from);
  });

  test('what runs is no root, hears signals itself, and tells how it is', () => {
    expect(said('FROM')).toEqual(['scratch']);
    expect(said('USER')).toEqual([expect.stringMatching(/^[1-9]\d{3,}:[1-9]\d{3,}$/)]);
    // The exec form: with a shell in between, the shell would be told to stop.
    expect(said('ENTRYPOINT')).toEqual(['["node", "docker/entry.js"]']);
    expect(said('HEALTHCHECK')).toEqual([expect.stringContaining('CMD ["node", "docker/health.js"]')]);
    expect(said('STOPSIGNAL')).toEqual(['SIGTERM']);
  });

  test('nothing is copied into it from here: only what earlier stages made', () => {
    for (const copied of said('COPY')) expect(copied).toMatch(/^--from=/);
    expect(text).not.toMatch(/^ADD /m);
    expect(text).not.toMatch(/\b(password|secret|token)=/i);
  });
});
