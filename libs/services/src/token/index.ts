import { bootService } from '../common/service.js';
import { TokenModule } from './token.module.js';

/** Runs the token service. */
export const bootToken = (): Promise<void> => bootService('token', TokenModule);
