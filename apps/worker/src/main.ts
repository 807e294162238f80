import { bootWorker } from '@portico/services/worker';

await bootWorker();
