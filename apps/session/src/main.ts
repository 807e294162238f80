import { bootSession } from '@portico/services/session';

await bootSession();
