import { busSuite } from '@portico/testing';
import { localTransport } from './transport.js';

busSuite('the bus within one process', () => Promise.resolve({ ...localTransport(), close: () => Promise.resolve() }));
