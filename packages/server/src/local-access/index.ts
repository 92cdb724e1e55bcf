export {
  type AccountKeys,
  isInstallation,
  type LocalKeys,
  readAccountKeys,
  readOperatorKey,
  writeKeyFiles,
} from './key-files.ts'
export { type ProxySecrets, readProxySecrets, writeProxySecrets } from './proxy-authority.ts'
export { announceServer, findServer, type RunningProxy, type RunningServer } from './running-server.ts'
