export { type Arn, type ArnText, accountOf, formatArn, isArn, parseArn, splitResource } from './arn.ts'
export { type AccountId, type Branded, isAccountId } from './branded.ts'
export { partitionOf } from './partition.ts'
