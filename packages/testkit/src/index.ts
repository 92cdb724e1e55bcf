export { filesBelow, realData } from './real-data.ts'
export { fullSize } from './size.ts'
