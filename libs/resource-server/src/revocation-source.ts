import { isRevocation, type RevocationFact, type TokenName, type TokenState } from '#revocation';

/** Whoever follows what the provider revokes. */
export interface RevocationSource {
  /** By what has come so far. */
  holds(token: TokenName): TokenState;
  /** What was revoked longer ago than so many milliseconds is known; infinite where nothing was heard yet. */
  stalenessMs(): number;
  /** Is that as fresh as it must be? */
  isCurrent(): boolean;
  close(): Promise<void>;
}

type Values = Readonly<Record<string, unknown>>;

const objectOf = (value: unknown): Values | undefined =>
  typeof value === 'object' && value !== null ? (value as Values) : undefined;

const named: Readonly<Record<RevocationFact['event'], string | undefined>> = {
  tokenRevoked: 'tokenId',
  authorizationRevoked: 'authorizationId',
  sessionEnded: undefined,
  subjectRevoked: 'subject',
  clientRevoked: 'clientId',
};

/** A fact as it came, where it is one that revokes something; the provider may tell of more than is known here. */
export const factOf = (value: unknown): RevocationFact | undefined => {
  const { event, data } = objectOf(value) ?? {};
  const fact = { event: String(event), data: objectOf(data) ?? {} };
  if (!isRevocation(fact) || !Number.isSafeInteger(fact.data.at)) return undefined;
  const [id, { authorizationIds }] = [named[fact.event], fact.data];
  if (id !== undefined && typeof fact.data[id] !== 'string') return undefined;
  if (authorizationIds !== undefined && !isTexts(authorizationIds)) return undefined;
  return fact as unknown as RevocationFact;
};

const isTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((element) => typeof element === 'string');
