export { checkKeyFile } from './check-key-file.ts'
export { openLocalKeyRing } from './local-key-ring.ts'
