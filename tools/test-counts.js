// The reporter of `npm test`: how many tests there were, and nothing of why one failed. Jest's own report cannot be
// written where the error of a test refers to itself.
import { writeFileSync } from 'node:fs';

export default class TestCounts {
  onRunComplete(_contexts, result) {
    const { numPassedTests, numFailedTests, numRuntimeErrorTestSuites, numPendingTests, numTodoTests } = result;
    const counts = {
      passed: numPassedTests,
      // A file of tests that could not even be read counts as one that failed.
      failed: numFailedTests + numRuntimeErrorTestSuites,
      skipped: numPendingTests + numTodoTests,
    };
    writeFileSync(process.env.TEST_COUNTS, JSON.stringify(counts));
  }
}
