export { type AssembleMeans, assembleLogFile } from './assemble.ts'
export { fileKind, fileSuffix, type Lane, type LogFileKind, logFileKey, stampMs } from './log-file-key.ts'
export { laneName, type PlannedFile, planFiles, type Run } from './plan-files.ts'
