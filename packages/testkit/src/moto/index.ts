export { type Moto, startMoto } from './moto.ts'
