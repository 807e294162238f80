import { bootStandalone } from '@portico/services/standalone';

await bootStandalone();
