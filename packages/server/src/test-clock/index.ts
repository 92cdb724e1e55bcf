export { createTestClock, requireMachineClock, type TestClock } from './test-clock.ts'
