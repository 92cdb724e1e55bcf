// Loaded before the server: makes the disk of its event log fail while a file of that name lies beside the data
// directory. `fail-sync`: a durable write fails, and nothing is known about what it left. `full`: there is no room,
// but for what is freed.
import fs from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import { basename, dirname, join } from 'node:path'

const { open, write } = fs
const { statfs } = fs.promises
const logFiles = new Map()
const isOn = (folder, name) => fs.existsSync(join(dirname(dirname(folder)), name))

fs.open = (path, flags, mode, done) =>
  open(path, flags, mode, (error, fd) => {
    if (!error && basename(dirname(path)) === 'log') logFiles.set(fd, dirname(path))
    done(error, fd)
  })
fs.write = (fd, bytes, at, length, position, done) => {
  const folder = logFiles.get(fd)
  const fail = (code) => setImmediate(done, Object.assign(new Error(`${code}: simulated`), { code }))
  if (folder !== undefined && isOn(folder, 'fail-sync')) return fail('EIO')
  if (folder !== undefined && isOn(folder, 'full') && fs.existsSync(join(folder, 'reserve'))) return fail('ENOSPC')
  return write(fd, bytes, at, length, position, done)
}
fs.promises.statfs = async (path) => {
  const facts = await statfs(path)
  return isOn(path, 'full') ? { ...facts, bavail: 0 } : facts
}
syncBuiltinESMExports()
