export { callCloudTrail, type RunningCairn, type StartOptions, startCairn, temporaryFolder } from './running-cairn.ts'
export { startEnvironment, startFlags } from './start-flags.ts'
