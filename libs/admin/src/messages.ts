import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

const kinds: Readonly<Record<string, string>> = {
  string: 'a text (put it between quotes)',
  array: 'a list',
  object: 'a mapping',
  boolean: 'true or false',
  number: 'a number',
  int: 'a whole number',
};

const formats: Readonly<Record<string, string>> = {
  url: 'must be an absolute URL of a kind that fits here',
  email: 'must be an e-mail address',
};

const units: Readonly<Record<string, string>> = { string: ' characters', array: ' elements' };

const bound = (word: 'least' | 'most', origin: string, limit: number | bigint): string =>
  `must ${origin in units ? 'have' : 'be'} at ${word} ${String(limit)}${units[origin] ?? ''}`;

/** What is wrong with a value of that shape, in words for whoever wrote it; the value itself is never repeated. */
export const messageOf = (issue: Issue, value: unknown): string => {
  switch (issue.code) {
    case 'invalid_type':
      return value === undefined ? 'is required' : `must be ${kinds[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return value === undefined ? 'is required' : `must be ${issue.values.map(String).join(' or ')}`;
    case 'too_small':
      return value === '' ? 'must not be empty' : bound('least', issue.origin, issue.minimum);
    case 'too_big':
      return bound('most', issue.origin, issue.maximum);
    case 'invalid_format':
      return formats[issue.format] ?? issue.message;
    case 'custom':
    case 'invalid_element':
    case 'invalid_key':
    case 'invalid_union':
    case 'not_multiple_of':
    case 'unrecognized_keys':
      return issue.message;
  }
};
