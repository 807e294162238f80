import { storesSuite } from '@portico/testing';
import { memoryStores } from './stores.js';

storesSuite('memory stores', () => {
  const stores = memoryStores();
  return Promise.resolve({
    ...stores,
    facts: () => Promise.resolve(stores.facts),
    close: () => Promise.resolve(),
  });
});
