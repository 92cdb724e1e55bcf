export { openRawConnection, type RawConnection } from './raw-connection.ts'
