import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { clients, declare, facesOf, oauth, oidc, person, type Face } from './discovered.js';
import { endpointDerivations, endpointsAreComplete } from './discovery-endpoints.suite.js';
import { isPublished } from './discovery-published.suite.js';
import { topology } from './provider.js';
import { start, stopAll } from './setup/topology.js';

const commands = { standalone: ['apps/standalone/dist/main.js'], services: ['tools/services.js'] };
const running = await start(commands[topology], { PORTICO_PATHS: 'connect' });
const faces = await facesOf(running);
beforeAll(async () => {
  expect(await declare({ clients: clients(), accounts: [person] }, running)).toBe('');
});
afterAll(stopAll, 60_000);

describe.each([
  [faces.oidc, oidc],
  [faces.oauth, oauth],
] as const)('PORTICO_PATHS=connect: $name', (face, standard) => {
  const urls = (name: string) => name in endpointDerivations;
  it('nothing but the URLs differs from the other set of paths', () => {
    const rest = ({ metadata }: Face) => Object.entries(metadata).filter(([name]) => !urls(name));
    expect(rest(face)).toEqual(rest(standard));
    expect(Object.keys(face.metadata)).toEqual(Object.keys(standard.metadata));
  });

  describe.each(Object.keys(face.metadata).filter(urls))('%s', (member) => endpointDerivations[member]!(face));
  describe('where it is published', () => isPublished(face));
  describe('which endpoints there are', () => endpointsAreComplete(face, 'connect'));
});
