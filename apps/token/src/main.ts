import { bootToken } from '@portico/services/token';

await bootToken();
