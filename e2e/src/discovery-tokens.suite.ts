import { expect, it } from '@jest/globals';
import { compactDecrypt, compactVerify, createLocalJWKSet, type JSONWebKeySet } from 'jose';
import { encryptions, idOf, others, refusalsOf, values, type Derivations, type Face } from './discovered.js';
import { flowOf } from './discovered-flow.js';
import { privateKeyFor } from './discovered-keys.js';
import * as known from './discovered-values.js';
import { secret } from './setup/declaration.js';

/** What a member's values are called where a client registers, and which ones there are. */
const settings: Readonly<Record<string, readonly [setting: string, known: readonly string[]]>> = {
  id_token_signing_alg_values_supported: ['id_token_signed_response_alg', [...known.signingAlgorithms, 'magic']],
  id_token_encryption_alg_values_supported: ['id_token_encrypted_response_alg', known.keyEncryptions],
  id_token_encryption_enc_values_supported: ['id_token_encrypted_response_enc', known.contentEncryptions],
  userinfo_signing_alg_values_supported: ['userinfo_signed_response_alg', [...known.signingAlgorithms, 'magic']],
  userinfo_encryption_alg_values_supported: ['userinfo_encrypted_response_alg', known.keyEncryptions],
  userinfo_encryption_enc_values_supported: ['userinfo_encrypted_response_enc', known.contentEncryptions],
  request_object_signing_alg_values_supported: ['request_object_signing_alg', [...known.signingAlgorithms, 'magic']],
  subject_types_supported: ['subject_type', known.subjectTypes],
  token_endpoint_auth_methods_supported: ['token_endpoint_auth_method', known.authMethods],
  introspection_endpoint_auth_methods_supported: ['introspection_endpoint_auth_method', known.authMethods],
  revocation_endpoint_auth_methods_supported: ['revocation_endpoint_auth_method', known.authMethods],
  token_endpoint_auth_signing_alg_values_supported: ['token_endpoint_auth_signing_alg', known.signingAlgorithms],
  introspection_endpoint_auth_signing_alg_values_supported: [
    'introspection_endpoint_auth_signing_alg',
    known.signingAlgorithms,
  ],
  revocation_endpoint_auth_signing_alg_values_supported: [
    'revocation_endpoint_auth_signing_alg',
    known.signingAlgorithms,
  ],
  grant_types_supported: ['grant_types', known.grantTypes],
  response_types_supported: ['response_types', [...known.responseTypes, 'magic']],
};

const lists = ['grant_types', 'response_types'];

/** What a face does not advertise cannot be registered either; the lists of both are those of OpenID Connect. */
export const refusedRegistrations = (face: Face): void => {
  const tried = Object.entries(settings).flatMap(([member, [setting, all]]) =>
    others(face, member, all)
      .filter((value) => !values(face, member).some((one) => one.split(' ').sort().join(' ') === value))
      .map((value) => ({ [setting]: lists.includes(setting) ? [value] : value })),
  );
  let complaints: Promise<string[][]> | undefined;
  it.each(tried.map((one, at) => [JSON.stringify(one), one, at] as const))(
    'RFC 7591 §3.2.2: %s cannot be registered',
    async (_, one, at) => {
      complaints ??= refusalsOf(tried);
      const [setting = ''] = Object.keys(one);
      const own = (await complaints)[at]!.filter((line) => line.startsWith(`clients[${at}].${setting}`));
      expect(own).toContainEqual(expect.stringMatching(/: (must be |\S+ is not implemented yet)/));
    },
  );
};

const keysOf = async ({ call }: ReturnType<typeof flowOf>) => {
  const resolve = createLocalJWKSet((await (await call('jwks_uri')).json()) as JSONWebKeySet);
  return (token: string) =>
    compactVerify(token, (header) =>
      header.alg.startsWith('HS') ? new TextEncoder().encode(secret) : resolve(header),
    );
};

const signedBy = (part: 'id_token' | 'userinfo') => (face: Face) => {
  const flow = flowOf(face);
  it.each(values(face, `${part}_signing_alg_values_supported`))('OpenID Connect Core 1.0 §10.1: by %s', async (alg) => {
    const tokens = await flow.signedIn({ client_id: idOf('signed', alg) });
    const token = part === 'id_token' ? tokens.id_token! : await (await flow.userinfo(tokens)).text();
    expect((await (await keysOf(flow))(token)).protectedHeader.alg).toBe(alg);
  });
};

const encryptedWith = (part: 'id_token' | 'userinfo', list: 'alg' | 'enc') => (face: Face) => {
  const flow = flowOf(face);
  const advertised = values(face, `${part}_encryption_${list}_values_supported`);
  it.each(advertised)('OpenID Connect Core 1.0 §10.2: with %s', async (value) => {
    const [alg, enc] = encryptions.find((pair) => pair.includes(value))!;
    const tokens = await flow.signedIn({ client_id: idOf(alg, enc) });
    const token = part === 'id_token' ? tokens.id_token! : await (await flow.userinfo(tokens)).text();
    expect((await compactDecrypt(token, privateKeyFor(alg))).protectedHeader).toMatchObject({ alg, enc });
  });
};

/** How what a client gets is signed and encrypted. */
export const tokenDerivations: Derivations = {
  id_token_signing_alg_values_supported: (face) => {
    it('OpenID Connect Discovery 1.0 §3: RS256 is among them', () =>
      expect(values(face, 'id_token_signing_alg_values_supported')).toContain('RS256'));
    signedBy('id_token')(face);
  },
  id_token_encryption_alg_values_supported: encryptedWith('id_token', 'alg'),
  id_token_encryption_enc_values_supported: (face) => {
    encryptedWith('id_token', 'enc')(face);
    const { signedIn } = flowOf(face);
    it.each(encryptions)('OpenID Connect Core 1.0 §10.2: each with each, %s with %s', async (alg, enc) => {
      const { id_token: token = '' } = await signedIn({ client_id: idOf(alg, enc) });
      expect((await compactDecrypt(token, privateKeyFor(alg))).protectedHeader).toMatchObject({ alg, enc, cty: 'JWT' });
    });
  },
  userinfo_signing_alg_values_supported: signedBy('userinfo'),
  userinfo_encryption_alg_values_supported: encryptedWith('userinfo', 'alg'),
  userinfo_encryption_enc_values_supported: encryptedWith('userinfo', 'enc'),
};
