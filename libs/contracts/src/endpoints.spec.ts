import { describe, expect, it } from '@jest/globals';
import { endpoints, pathsOf, presets, urlOf, type EndpointName, type PathPreset } from './index.js';

const issuer = 'https://id.example/oidc';
const names = Object.keys(endpoints) as EndpointName[];

describe('paths', () => {
  it.each(Object.keys(presets) as PathPreset[])('%s: no two endpoints share one', (paths) => {
    for (const site of [
      { issuer, paths },
      { issuer: 'https://id.example', paths },
    ]) {
      const all = names.flatMap((name) => pathsOf(name, site));
      expect(all.filter((path, index) => all.indexOf(path) !== index)).toEqual([]);
    }
  });

  it('the first is advertised, under the issuer’s own path', () => {
    expect(urlOf('authorize', { issuer })).toBe('https://id.example/oidc/auth');
    expect(urlOf('authorize', { issuer: 'https://id.example/tenant/a' })).toBe('https://id.example/tenant/a/auth');
    expect(pathsOf('token', { issuer })).toEqual(['/oidc/token', '/oauth/oidc/token']);
  });

  it('connect has those of its style, and discovery where the specification wants it', () => {
    const site = { issuer, paths: 'connect' } as const;
    expect(pathsOf('authorize', site)).toEqual(['/connect/authorize', '/oauth/oidc/auth']);
    expect(pathsOf('endSession', site)).toEqual(['/connect/endsession']);
    expect(pathsOf('deviceAuthorization', site)).toEqual(['/connect/deviceauthorization']);
    expect(urlOf('discovery', site)).toBe(`${issuer}/.well-known/openid-configuration`);
    expect(urlOf('jwks', site)).toBe(`${issuer}/.well-known/jwks.json`);
  });

  it('the older paths, which no set has of its own, are the same in every set', () => {
    const older = (paths: PathPreset) =>
      names.flatMap((name) => pathsOf(name, { issuer, paths })).filter((path) => path.startsWith('/oauth/oidc/'));
    for (const paths of Object.keys(presets) as PathPreset[])
      expect(older(paths)).toEqual([
        '/oauth/oidc/auth',
        '/oauth/oidc/token',
        '/oauth/oidc/user/userinfo',
        '/oauth/oidc/validate_access_token',
      ]);
  });
});

describe('docs/upgrades.md: a request whose answer was lost', () => {
  it('is not asked again where a person does something, or where doing it twice is not doing it once', () => {
    const once = names.flatMap((name) =>
      endpoints[name].methods.flatMap((method) =>
        endpoints[name].repeatable.includes(method) ? [] : [`${method} ${name}`],
      ),
    );
    expect(once).toEqual([
      'GET resume',
      'GET device',
      'POST device',
      'POST interaction',
      'POST signIn',
      'GET endSession',
      'POST endSession',
      'POST sessions',
      'POST checkSession',
      'GET easyLogout',
      'GET logout',
      'GET register',
      'GET createSession',
      'POST graphql',
    ]);
  });

  it('is asked again by methods alone that the endpoint has', () => {
    for (const { methods, repeatable } of Object.values(endpoints))
      expect(repeatable.filter((method) => !(methods as readonly string[]).includes(method))).toEqual([]);
  });
});
