import { describe, expect, it } from '@jest/globals';
import { get, post } from '@portico/testing';
import { readingsOf } from './uri-readings.js';

const beside = ['state', 'app_id'];
const read = (query: string) => {
  const params: Record<string, string[]> = {};
  for (const [name, value] of new URLSearchParams(query)) params[name] = [...(params[name] ?? []), value];
  return readingsOf(get(params, { url: `/logout?${query}` }), { name: 'to', beside });
};
const uris = (query: string) => read(query).map(({ uri }) => uri);

describe('WHATWG URL Standard §5.1: what a URI in a query may mean', () => {
  it.each<[string, string[]]>([
    ['', []],
    ['to=', []],
    ['to=https://a/b', ['https://a/b']],
    ['to=https%3A%2F%2Fa%2Fb%3Fc%3Dd', ['https%3A%2F%2Fa%2Fb%3Fc%3Dd', 'https://a/b?c=d']],
    ['to=https://a/b?c=d&e=f', ['https://a/b?c=d&e=f', 'https://a/b?c=d']],
    ['to=https://a/b?c=d&e=f&state=s', ['https://a/b?c=d&e=f&state=s', 'https://a/b?c=d&e=f', 'https://a/b?c=d']],
    ['to=https://a/b&state=s&app_id=i', ['https://a/b&state=s&app_id=i', 'https://a/b&state=s', 'https://a/b']],
    ['state=s&to=https://a/b?c=d&e=f', ['https://a/b?c=d&e=f', 'https://a/b?c=d']],
    ['to=https://a/b&state=s&e=f', ['https://a/b&state=s&e=f', 'https://a/b']],
    ['not_to=https://a/b', []],
    ['to=https://a/b&to=https://c/d', ['https://a/b&to=https://c/d', 'https://a/b']],
    ['to=https://a/%26', ['https://a/%26', 'https://a/&']],
  ])('%s', (query, expected) => expect(uris(query)).toEqual(expected));

  it('the standard reads the last alone', () => {
    expect(read('to=https://a/b?c=d&e=f&state=s').map(({ isStandard }) => isStandard)).toEqual([false, false, true]);
    expect(read('to=https://a/b')).toEqual([{ uri: 'https://a/b', isStandard: true }]);
  });

  it('of a form, what it says: it is encoded', () => {
    const request = post({ to: 'https://a/b' }, { url: '/logout?to=https://evil.example/' });
    expect(readingsOf(request, { name: 'to', beside })).toEqual([{ uri: 'https://a/b', isStandard: true }]);
  });

  it('are few, however long the query is', () => {
    expect(uris(`to=${'&state=s'.repeat(2_000)}`)).toHaveLength(2);
    expect(uris(`to=https://a/${'&'.repeat(16_000)}`)).toHaveLength(2);
    expect(uris(`to=https://a/${'&app_id=i&state=s'.repeat(900)}`)).toHaveLength(4);
  });
});
