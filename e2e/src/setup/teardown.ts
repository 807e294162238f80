import { stopAll } from './topology.js';

/** Ends every provider that the set-up has started. */
export default stopAll;
