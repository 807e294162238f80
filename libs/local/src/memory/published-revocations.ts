import type { PublishedRevocations } from '@portico/oidc';
import { isRevocation } from '@portico/revocation';
import { asPort, copyOf, type Tables } from './tables.js';

/** Whatever is appended is published at once. */
export const publishedRevocations = ({ facts }: Tables): PublishedRevocations =>
  asPort<PublishedRevocations>({
    after: (given, limit) => {
      const found = facts.flatMap((fact, index) =>
        isRevocation(fact) && index >= Number(given) ? [{ fact, position: String(index + 1) }] : [],
      );
      const page = found.slice(0, limit);
      return {
        facts: page.map(({ fact }) => copyOf(fact)),
        position: page.at(-1)?.position ?? given,
        more: page.length === limit,
      };
    },
  });
