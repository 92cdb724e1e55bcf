/**
 * How large a test is: `normal` in `npm test`, `full` in `npm run test:full`, which sets CAIRN_TEST_FULL.
 * For counts of runs, events and crash points; never for what is asserted.
 */
export function fullSize(normal: number, full: number): number {
  return isFullRun ? full : normal
}

const isFullRun = process.env.CAIRN_TEST_FULL === '1'
