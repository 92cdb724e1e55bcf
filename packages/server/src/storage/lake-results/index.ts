export { createLakeResults } from './lake-results.ts'
