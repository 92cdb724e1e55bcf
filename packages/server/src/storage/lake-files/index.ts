export { openLakeFiles } from './lake-files.ts'
export { createTemporaryLakeFiles } from './temporary-lake-files.ts'
