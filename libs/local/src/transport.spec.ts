import { busSuite } from '@portico/testing';
import { localTransport } from './transport.js';

const close = () => Promise.resolve();

busSuite('the bus within one process', () => Promise.resolve({ ...localTransport(), close }));
busSuite('the bus within one process, through JSON', () =>
  Promise.resolve({ ...localTransport({ throughJson: true }), close }),
);
