import { parentPort } from 'node:worker_threads'
import { type FileJob, hashFiles } from './hash-files.ts'

const port = parentPort
port?.on('message', async (jobs: readonly FileJob[]) => port.postMessage(await hashFiles(jobs)))
