export type { Answer, Installation, InstallationCall } from './installation.ts'
export { openInstallation, requireInstallation } from './open-installation.ts'
export { readJson, readLines, readWhole } from './read-answer.ts'
