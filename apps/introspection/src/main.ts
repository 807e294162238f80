import { bootIntrospection } from '@portico/services/introspection';

await bootIntrospection();
