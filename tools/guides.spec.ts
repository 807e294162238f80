import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';

interface Item {
  readonly name: string;
  readonly item?: readonly Item[];
  readonly request?: {
    readonly method: string;
    readonly url: { readonly raw: string };
    readonly auth: { readonly type: string };
  };
}
interface Collection {
  readonly info: { readonly name: string; readonly schema: string };
  readonly item: readonly Item[];
  readonly variable: readonly { readonly key: string; readonly value: string }[];
}

test('the guides and the Postman collection are what docs/guides/source says', () => {
  const tool = new URL('guides.js', import.meta.url).pathname;
  expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8', timeout: 30_000 })).toBe('');
});

describe('the Postman collection, format 2.1.0', () => {
  const file = new URL('../docs/postman/portico.postman_collection.json', import.meta.url);
  const text = readFileSync(file, 'utf8');
  const { info, item: folders, variable } = JSON.parse(text) as Collection;
  const requests = folders.flatMap(({ item = [] }) => item);

  test('says its format, and has folders of requests', () => {
    expect(info.schema).toBe('https://schema.getpostman.com/json/collection/v2.1.0/collection.json');
    expect(folders.length).toBeGreaterThan(8);
    for (const { name, request } of requests) {
      expect(name).toMatch(/^\d+\. \w/);
      expect(request?.method).toMatch(/^(GET|POST)$/);
      expect(request?.url.raw).toMatch(/^\{\{origin\}\}\//);
      expect(request?.auth.type).toMatch(/^(basic|bearer|noauth)$/);
    }
  });

  test('defines every variable once, and uses each', () => {
    const used = new Set([...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name));
    const set = variable.map(({ key }) => key);
    expect(new Set(set).size).toBe(set.length);
    expect([...used].filter((name) => !set.includes(name!))).toEqual([]);
    expect(set.filter((name) => !used.has(name))).toEqual([]);
  });

  test('has no name in single braces left over', () => {
    expect(JSON.stringify(requests.map(({ request }) => request)).match(/(?<!\{)\{\w+\}(?!\})/g)).toBeNull();
  });
});
