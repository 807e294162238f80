// Before the tests of the manifests: once, however many processes run them.
import { install } from './packages.js';

export default install;
