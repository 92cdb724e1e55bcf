export { createUpkeep, type Status, type Upkeep } from './upkeep.ts'
