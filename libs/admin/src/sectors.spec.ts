import { describe, expect, test } from '@jest/globals';
import { administration } from '@portico/testing';
import { apply, createClient, DeclarationError, parseDeclaration } from './index.js';

const uri = 'https://sector.example/list.json';
const pairwise = {
  client_id: 'pair',
  client_secret: 'the secret',
  subject_type: 'pairwise',
  redirect_uris: ['https://one.example/cb', 'https://two.example/cb'],
  sector_identifier_uri: uri,
};

const setUp = (documents: Record<string, unknown>) => {
  const read: string[] = [];
  const readDocument = (from: string): Promise<unknown> => {
    read.push(from);
    return from in documents ? Promise.resolve(documents[from]) : Promise.reject(new Error('nothing there'));
  };
  const needs = { ...administration(), readDocument };
  const declared = (client: object) => parseDeclaration({ clients: [client] }, () => '');
  const run = async (client: object) => apply(declared(client), needs);
  return { ...needs, needs, run, read, documents };
};
const faultsOf = async (outcome: Promise<unknown>): Promise<string[]> => {
  try {
    await outcome;
    return [];
  } catch (error) {
    if (error instanceof DeclarationError) return error.faults.map(({ path, message }) => `${path}: ${message}`);
    throw error;
  }
};

describe('OpenID Connect Core 1.0 §8.1: the sector of a pairwise client', () => {
  const required = [
    'clients[0].sector_identifier_uri: is required: subject_type is pairwise and redirect_uris have not exactly one host',
  ];
  test.each([
    ['several hosts', pairwise.redirect_uris, required],
    ['no host at all', ['app.example:/cb'], required],
    ['one host', ['https://one.example/cb', 'https://one.example:8443/other'], []],
  ])('%s without sector_identifier_uri', async (_, redirectUris, faults) => {
    const { sector_identifier_uri: __, ...client } = { ...pairwise, redirect_uris: redirectUris };
    expect(await faultsOf(setUp({}).run(client))).toEqual(faults);
  });

  test('a public client needs none', async () => {
    const { sector_identifier_uri: _, ...client } = { ...pairwise, subject_type: 'public' };
    expect(await faultsOf(setUp({}).run(client))).toEqual([]);
  });

  test('its document MUST list every redirect URI', async () => {
    const { run, clients } = setUp({ [uri]: [...pairwise.redirect_uris, 'https://three.example/cb'] });
    expect(await faultsOf(run(pairwise))).toEqual([]);
    expect((await clients.find('pair'))?.metadata.sector_identifier_uri).toBe(uri);
  });

  test.each([
    ['lacks one', ['https://one.example/cb'], 'leads to a list without redirect_uris[1]'],
    ['is no list', { redirect_uris: pairwise.redirect_uris }, 'must lead to a JSON list that can be read'],
    ['is not there', undefined, 'must lead to a JSON list that can be read'],
  ])('one that %s is refused, and nothing is changed', async (_, document, message) => {
    const { run, clients, needs } = setUp(document === undefined ? {} : { [uri]: document });
    expect(await faultsOf(run(pairwise))).toEqual([`clients[0].sector_identifier_uri: ${message}`]);
    const { client_id: __, client_secret: ___, ...settings } = pairwise;
    expect(await faultsOf(createClient(settings, needs))).toEqual([`sector_identifier_uri: ${message}`]);
    expect(await clients.find('pair')).toBeUndefined();
  });

  test('must be https', async () => {
    const faults = await faultsOf(setUp({}).run({ ...pairwise, sector_identifier_uri: 'http://sector.example/' }));
    expect(faults).toHaveLength(1);
    expect(faults[0]).toContain('clients[0].sector_identifier_uri');
  });

  test('is read again only where it or the redirect URIs have changed', async () => {
    const { run, read, documents } = setUp({ [uri]: pairwise.redirect_uris });
    await run(pairwise);
    await run({ ...pairwise, client_name: 'Pair' });
    expect(read).toEqual([uri]);
    documents[uri] = undefined;
    const more = { ...pairwise, redirect_uris: [...pairwise.redirect_uris, 'https://three.example/cb'] };
    expect(await faultsOf(run(more))).toHaveLength(1);
  });
});

test('OpenID Connect Core 1.0 §6.3.2: whoever signs request objects registers the keys', async () => {
  const { sector_identifier_uri: _, subject_type: __, ...client } = pairwise;
  const { run } = setUp({});
  expect(await faultsOf(run({ ...client, request_object_signing_alg: 'ES256' }))).toEqual([
    'clients[0].request_object_signing_alg: needs jwks or jwks_uri beside it',
  ]);
  expect(await faultsOf(run({ ...client, request_object_signing_alg: 'none' }))).toEqual([]);
  const faults = await faultsOf(run({ ...client, request_object_signing_alg: 'HS256' }));
  expect(faults[0]).toContain('clients[0].request_object_signing_alg: must be RS256 or');
});

test('OpenID Connect Dynamic Client Registration 1.0 §2: default_acr_values are values that a sign-in can reach', async () => {
  const { sector_identifier_uri: _, subject_type: __, ...client } = pairwise;
  const { run } = setUp({});
  expect(await faultsOf(run({ ...client, default_acr_values: ['gold'] }))).toHaveLength(1);
  const reachable = 'urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport';
  expect(await faultsOf(run({ ...client, default_acr_values: [reachable] }))).toEqual([]);
});
