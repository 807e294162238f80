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
    expect(pathsOf('authorize', site)).toEqual(['/connect/authorize']);
    expect(pathsOf('endSession', site)).toEqual(['/connect/endsession']);
    expect(pathsOf('deviceAuthorization', site)).toEqual(['/connect/deviceauthorization']);
    expect(urlOf('discovery', site)).toBe(`${issuer}/.well-known/openid-configuration`);
  });
});
