import { execFileSync } from 'node:child_process';
import { describe, expect, test } from '@jest/globals';

interface Citation {
  readonly specification: string;
  readonly section?: string;
}
type Read = (
  text: string,
  inherited?: string,
) => { readonly cited: readonly Citation[]; readonly names: readonly string[] };
interface Cited {
  readonly implementations: readonly (Citation & { readonly file: string })[];
  readonly tests: readonly (Citation & { readonly file: string })[];
}

// Plain JavaScript, as all of the tools.
const { reader } = (await import(new URL('coverage/citations.js', import.meta.url).href)) as {
  reader: (known: readonly string[]) => Read;
};
const { sectionsOf, strange, unlisted } = (await import(new URL('coverage/lists.js', import.meta.url).href)) as {
  sectionsOf: (text: string) => readonly string[];
  strange: (claims: object, cited: Cited) => readonly string[];
  unlisted: (claims: object, contents: object) => readonly string[];
};

test('docs/spec-coverage.md is what the sources and tests say, and no claimed section lacks either', () => {
  const tool = new URL('coverage.js', import.meta.url).pathname;
  expect(execFileSync(process.execPath, [tool, '--check'], { encoding: 'utf8', timeout: 30_000 })).toBe('');
});

const claims = {
  'RFC 6749': {
    title: 'OAuth',
    sections: { '3.1': 'one', '3.1.1': 'two', '6': 'three' },
    notClaimed: { '1.6': 'TLS' },
    asksNothing: { definitions: '1.1-1.3, Appendix C' },
  },
  'OpenID Connect Core 1.0': { title: 'Core', sections: { '2': 'ID Token' } },
  'Fetch Standard': { citedFor: 'CORS' },
};

describe('what a text cites', () => {
  const read = reader(Object.keys(claims));
  const citedIn = (text: string, inherited?: string) =>
    read(text, inherited).cited.map(({ specification, section }) => `${specification} ${section ?? ''}`);

  test.each([
    ['RFC 6749 §3.1, §6: both', ['RFC 6749 3.1', 'RFC 6749 6']],
    ['OpenID Connect Core §2; RFC 6749 Appendix C', ['OpenID Connect Core 1.0 2', 'RFC 6749 Appendix C']],
    ['RFC 6749 §6 (as it is), §3.1', ['RFC 6749 6', 'RFC 6749 3.1']],
    ['RFC 6749 §6, Magic Profile 1.0 Part 2 §5.1', ['RFC 6749 6', 'Magic Profile 1.0 Part 2 5.1']],
    ['by RFC 9999 §1', ['RFC 9999 1']],
    ['nothing before §7', ['nothing before §7 7']],
  ])('%s', (text, wanted) => expect(citedIn(text)).toEqual(wanted));

  test('a section alone is of the specification around it', () => {
    expect(citedIn('§6: twice', 'RFC 6749')).toEqual(['RFC 6749 6']);
  });
});

describe('what claims.yaml does not know is a fault', () => {
  const faultsOf = (specification: string, section?: string) =>
    strange(claims, { implementations: [], tests: [{ specification, ...(section ? { section } : {}), file: 'a.ts' }] });

  test.each([
    ['RFC 6749', '3.1'],
    ['RFC 6749', '6.2'],
    ['RFC 6749', '3'],
    ['RFC 6749', '1.6'],
    ['RFC 6749', '1.2'],
    ['RFC 6749', undefined],
    ['Fetch Standard', '3.2'],
  ])('%s §%s is known', (specification, section) => expect(faultsOf(specification, section)).toEqual([]));

  test.each([
    ['RFC 6749', '7', 'RFC 6749 §7 is cited, and in no list of claims.yaml: a.ts'],
    ['RFC 6749', '3.12', 'RFC 6749 §3.12 is cited, and in no list of claims.yaml: a.ts'],
    ['RFC 9999', '1', 'RFC 9999 is cited, and not in claims.yaml: a.ts'],
    ['RFC 9999', undefined, 'RFC 9999 is cited, and not in claims.yaml: a.ts'],
  ])('%s §%s is not', (specification, section, fault) => expect(faultsOf(specification, section)).toEqual([fault]));
});

describe('a table of contents', () => {
  test('may have ranges', () => {
    expect(sectionsOf('1, 3.1.2-3.1.4, 9-11, Appendix A')).toEqual([
      '1',
      '3.1.2',
      '3.1.3',
      '3.1.4',
      '9',
      '10',
      '11',
      'Appendix A',
    ]);
  });

  test('is listed whole: what lies below a claimed section must say so itself', () => {
    const contents = { 'RFC 6749': '1, 1.1-1.3, 1.6, 3, 3.1, 3.1.1-3.1.2, 6', 'RFC 1': '1' };
    expect(unlisted(claims, contents)).toEqual([
      'RFC 6749 §3.1.2 is in the table of contents and in no list of claims.yaml',
      'RFC 1 §1 is in the table of contents and in no list of claims.yaml',
    ]);
  });
});
