import type Http from 'node:http'

/**
 * `node:http`. `import` would read all that it exports, and for `WebSocket` among it Node loads a whole HTTP client:
 * 16 MB and 50 ms that nobody here has a use for.
 */
export const { createServer, request, STATUS_CODES }: typeof Http = process.getBuiltinModule('node:http')
