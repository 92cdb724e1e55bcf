export {
  type AccountKeys,
  isInstallation,
  type LocalKeys,
  readAccountKeys,
  readOperatorKey,
  writeKeyFiles,
} from './key-files.ts'
export { announceServer, findServer, type RunningServer } from './running-server.ts'
