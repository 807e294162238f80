import { bootUserinfo } from '@portico/services/userinfo';

await bootUserinfo();
