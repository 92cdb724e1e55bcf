export { checkKeyFile } from './check-key-file.ts'
export { type LocalKeyRing, type LocalKeyRingOptions, openLocalKeyRing } from './local-key-ring.ts'
