import { bootGateway } from '@portico/services/gateway';

await bootGateway();
