import { bootService } from '../common/service.js';
import { UserinfoModule } from './userinfo.module.js';

/** Runs the userinfo service. */
export const bootUserinfo = (): Promise<void> => bootService('userinfo', UserinfoModule);
