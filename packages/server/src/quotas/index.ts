export type { Rate } from './aws-rates.ts'
export { type Quotas, quotasOf } from './quotas.ts'
