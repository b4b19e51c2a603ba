import { execFile } from 'node:child_process'
import { closeSync, constants, openSync, readSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** What a pipe holds; its writer waits then. */
const PIPE_BYTES = 64 * 1024

/** A pipe for all output of a child process, so that it arrives in the order written. */
export interface LogPipe {
  /** For the child's stdio. Each is opened apart: Node.js makes its stdout non-blocking, and the others must not be. */
  readonly writeEnds: readonly number[]
  /** Call it when the child has them. */
  readonly closeWriteEnds: () => void
  /** Reads what has been written up to now. */
  readonly drain: () => void
  readonly close: () => void
}

/** Takes a named pipe, without its name, because Node.js itself gives a child one pipe for each descriptor. */
export async function createLogPipe(writers: number, onChunk: (chunk: Buffer) => void): Promise<LogPipe> {
  const directory = await mkdtemp(join(tmpdir(), 'log-pipe-'))
  const path = join(directory, 'pipe')
  await promisify(execFile)('mkfifo', [path])
  const readEnd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK)
  const writeEnds = Array.from({ length: writers }, () => openSync(path, 'w'))
  await rm(directory, { recursive: true })
  const socket = new Socket({ fd: readEnd, readable: true, writable: false })
  socket.on('data', onChunk)
  const buffer = Buffer.alloc(PIPE_BYTES)

  /** @returns 0 when there is nothing to be read now */
  function readNow(): number {
    try {
      return readSync(readEnd, buffer)
    } catch {
      return 0
    }
  }
  const closeWriteEnds = () => {
    for (const writeEnd of writeEnds.splice(0)) closeSync(writeEnd)
  }

  return {
    writeEnds,
    closeWriteEnds,
    drain: () => {
      // Once it is destroyed its descriptor may be another file's.
      if (socket.destroyed) return
      // No more than was in it: a process that the function leaves behind may write without end.
      for (let left = PIPE_BYTES; left > 0;) {
        const size = readNow()
        if (size === 0) return
        left -= size
        onChunk(Buffer.from(buffer.subarray(0, size)))
      }
    },
    close: () => {
      closeWriteEnds()
      socket.destroy()
    },
  }
}
