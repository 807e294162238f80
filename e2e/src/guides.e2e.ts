import { describe, expect, it } from '@jest/globals';
import { follow } from './guide.js';
import { guides } from './setup/guides.js';

describe('docs/guides', () => {
  it.each(guides.map((guide) => [guide.name, guide] as const))(
    '%s: every request is answered as shown',
    async (_, guide) => {
      expect(guide.steps.length).toBeGreaterThan(0);
      await follow(guide);
    },
  );
});
