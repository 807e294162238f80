import { beforeAll, describe, expect, it } from '@jest/globals';
import { clients, declare, oauth, oidc, person } from './discovered.js';
import { authorizationDerivations } from './discovery-authorization.suite.js';
import { claimDerivations } from './discovery-claims.suite.js';
import { clientDerivations } from './discovery-clients.suite.js';
import { endpointDerivations, endpointsAreComplete } from './discovery-endpoints.suite.js';
import { leftOut } from './discovery-left-out.suite.js';
import { logoutDerivations } from './discovery-logout.suite.js';
import { refusedRegistrations, tokenDerivations } from './discovery-tokens.suite.js';
import { isPublished } from './discovery-published.suite.js';

/** How each member of the metadata is tried: what is not here fails. */
const derivations = {
  ...endpointDerivations,
  ...authorizationDerivations,
  ...claimDerivations,
  ...clientDerivations,
  ...tokenDerivations,
  ...logoutDerivations,
};

beforeAll(async () => {
  expect(await declare({ clients: clients(), accounts: [person] })).toBe('');
});

describe.each([oidc, oauth])('$name', (face) => {
  const members = Object.keys(face.metadata);
  it('every member is tried by requests of its own', () => {
    expect(members.filter((member) => !(member in derivations))).toEqual([]);
  });
  describe.each(members.filter((member) => member in derivations))('%s', (member) => derivations[member]!(face));
  describe('where it is published', () => isPublished(face));
  describe('which endpoints there are', () => endpointsAreComplete(face, 'authing'));
  describe('what is left out', () => leftOut(face));
});

describe('what is not advertised', () => refusedRegistrations(oidc));

it('nothing is tried here that nobody advertises', () => {
  const advertised = [oidc, oauth].flatMap(({ metadata }) => Object.keys(metadata));
  expect(Object.keys(derivations).filter((member) => !advertised.includes(member))).toEqual([]);
});
