/** What ended, and when (seconds since the epoch), as the events of that name say it. @see RFC 7009 §2.1 */
export type RevocationFact =
  | { readonly event: 'tokenRevoked'; readonly data: { readonly tokenId: string; readonly at: number } }
  | { readonly event: 'authorizationRevoked'; readonly data: { readonly authorizationId: string; readonly at: number } }
  | {
      readonly event: 'sessionEnded';
      readonly data: { readonly at: number; readonly authorizationIds?: readonly string[] | undefined };
    }
  | { readonly event: 'subjectRevoked'; readonly data: { readonly subject: string; readonly at: number } }
  | { readonly event: 'clientRevoked'; readonly data: { readonly clientId: string; readonly at: number } };

const names: ReadonlySet<string> = new Set<RevocationFact['event']>([
  'tokenRevoked',
  'authorizationRevoked',
  'sessionEnded',
  'subjectRevoked',
  'clientRevoked',
]);

/** Does an event of this name revoke something? @see RFC 7009 §2.1 */
export const isRevocation = <Event extends { readonly event: string }>(
  fact: Event,
): fact is Event & { readonly event: RevocationFact['event'] } => names.has(fact.event);

/** One thing that a token can hang on. */
type Kind = 'token' | 'authorization' | 'subject' | 'client';

/** The name under which something is remembered as revoked. */
export const nameOf = (kind: Kind, id: string): string => `${kind} ${id}`;

/** What a fact revokes, by name. @see RFC 7009 §2.1 */
export const namesOf = (fact: RevocationFact): readonly string[] => {
  switch (fact.event) {
    case 'tokenRevoked':
      return [nameOf('token', fact.data.tokenId)];
    case 'authorizationRevoked':
      return [nameOf('authorization', fact.data.authorizationId)];
    case 'sessionEnded':
      return (fact.data.authorizationIds ?? []).map((id) => nameOf('authorization', id));
    case 'subjectRevoked':
      return [nameOf('subject', fact.data.subject)];
    case 'clientRevoked':
      return [nameOf('client', fact.data.clientId)];
  }
};
