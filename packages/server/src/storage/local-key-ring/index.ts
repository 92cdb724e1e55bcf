export { type LocalKeyRing, type LocalKeyRingOptions, openLocalKeyRing } from './local-key-ring.ts'
