// Marks the calls of each test for `cairn record`: `setupFiles: ['cairntrail/vitest']`. Outside a session it does
// nothing. Tests of one file that run at the same time share their environment, and so their marks.
import { afterEach, beforeEach } from 'vitest'

const proxies = ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'https_proxy']

// Encoded twice: what is left when a client has read the address has to be ASCII, and without a colon.
const userOf = (name) => encodeURIComponent(encodeURIComponent(name.slice(0, 256).toWellFormed() || 'cairn'))

function mark(name) {
  process.env.CAIRN_MARK = name
  for (const variable of proxies) {
    const parts = /^(https?:\/\/)[^:@/]*(:[^@]+@.*)$/.exec(process.env[variable] ?? '')
    if (parts) process.env[variable] = `${parts[1]}${userOf(name)}${parts[2]}`
  }
}

if (process.env.CAIRN_RECORD_PROXY) {
  beforeEach(({ task }) => mark([task.file.name, ...names(task)].join(' > ')))
  afterEach(() => mark(''))
}

function names(task) {
  return task.suite?.name ? [...names(task.suite), task.name] : [task.name]
}
