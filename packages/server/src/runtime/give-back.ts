import { isMarkedAsUntransferable } from 'node:worker_threads'

/**
 * Frees the memory of a buffer that nobody looks at any more; who still has a view finds it empty. Left to the collector,
 * large buffers wait for it until there are 64 MB of them, and then have it go through the whole heap.
 *
 * What is marked is a piece of the pool that all small buffers share, and stays. What was given back before is empty.
 */
export function giveBack({ buffer }: Uint8Array<ArrayBuffer>): void {
  if (!buffer.detached && !isMarkedAsUntransferable(buffer)) buffer.transfer(0)
}
