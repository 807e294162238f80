import { bootAuthorize } from '@portico/services/authorize';

await bootAuthorize();
