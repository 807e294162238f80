import { bootService } from '../common/service.js';
import { SessionModule } from './session.module.js';

/** Runs the session service. */
export const bootSession = (): Promise<void> => bootService('session', SessionModule);
