import type { Writable } from 'node:stream'

/** Has a stream write all that it is given in one turn of the event loop with one system call. */
export function writeTogether(stream: Writable): void {
  const write = stream.write.bind(stream)
  let isCollecting = false
  const uncork = () => {
    isCollecting = false
    stream.uncork()
  }
  stream.write = ((...given: Parameters<typeof write>) => {
    if (!isCollecting) {
      isCollecting = true
      stream.cork()
      setImmediate(uncork)
    }
    return write(...given)
  }) as typeof write
}
