import type { Fact } from '@portico/contracts';
import type { MemoryStores } from '@portico/local';

/** Every store of the rules, on one kind of storage: what memory has besides is for the rules' own tests. */
export type Stores = Omit<MemoryStores, 'facts' | 'remoteKeys' | 'published'>;

/** Stores under test. */
export interface OpenStores extends Stores {
  /** The facts appended so far, in order. */
  facts(): Promise<readonly Fact[]>;
  close(): Promise<void>;
}
