import type { IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { RecordEnvironmentEvent } from '../../journal/environment-events.ts'
import type { ExecutionEnvironment } from '../execution-environment.ts'
import { createRuntimeApiServer } from './runtime-api/runtime-api-server.ts'
import { createRuntimeSession, type RuntimeSession } from './runtime-api/runtime-session.ts'

export interface ExternalRuntimeApiDeps {
  readonly functionName: string
  readonly multiConcurrent: boolean
  readonly record: RecordEnvironmentEvent
}

export interface ExternalRuntimeApi {
  /** @returns the port it listens on */
  readonly listen: (port: number, host: string) => Promise<number>
  readonly startEnvironment: (logStreamName: string) => ExecutionEnvironment
  readonly stop: () => Promise<void>
}

/**
 * A Runtime API at a known address, for a runtime that somebody else starts: the client that asks for work is the
 * environment. It cannot be killed from here; when its environment has ended its requests are refused, and then it exits.
 */
export function createExternalRuntimeApi({
  functionName,
  multiConcurrent,
  record,
}: ExternalRuntimeApiDeps): ExternalRuntimeApi {
  const sessionOfSocket = new Map<Socket, RuntimeSession>()
  const newSession = () => createRuntimeSession({ multiConcurrent, usedMemoryBytes: () => 0 })
  /** Exists before an environment needs it, because a runtime may connect first. */
  let current = newSession()
  let address = ''

  function endSession(session: RuntimeSession, ending: string | undefined) {
    if (session !== current) return
    current = newSession()
    session.end(ending)
    for (const [socket, own] of sessionOfSocket) if (own === session) socket.destroy()
  }

  function sessionOf({ socket, url = '', headers }: IncomingMessage) {
    const known = sessionOfSocket.get(socket)
    const session = known ?? current
    sessionOfSocket.set(socket, session)
    if (!known) socket.on('close', () => sessionOfSocket.delete(socket))
    // A runtime keeps the connection on which it asks, so when that closes it has ended.
    if (url.endsWith('/invocation/next') && headers.connection !== 'close' && !askers.has(socket)) {
      askers.add(socket)
      socket.on('close', () => endSession(session, undefined))
    }
    return session.isAlive() ? session : undefined
  }
  const askers = new WeakSet<Socket>()

  const server = createRuntimeApiServer({
    sessionOf,
    // Sent by a runtime whose environment has ended, on a new connection.
    onStranger: ({ socket }) => {
      const ended = newSession()
      ended.end(undefined)
      sessionOfSocket.set(socket, ended)
    },
  })

  return {
    listen: async (port, host) => {
      const listening = await server.listen(port, host)
      address = `${host}:${listening}`
      return listening
    },
    startEnvironment: (logStreamName) => {
      const session = current
      return {
        logStreamName,
        memoryMeasure: 'not known: the runtime was started elsewhere',
        init: () => {
          const line = `The runtime is to be started with AWS_LAMBDA_RUNTIME_API=${address}`
          record({ name: 'log', functionName, line })
          return session.initialized
        },
        invoke: session.invoke,
        isAlive: session.isAlive,
        terminate: async () => endSession(session, 'signal: killed'),
      }
    },
    stop: async () => {
      endSession(current, undefined)
      await server.stop()
    },
  }
}
