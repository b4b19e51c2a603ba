import { createHttpServer, type HttpServer, type Listener } from '../http/http-server.ts'
import { listenOn } from '../http/listen-on.ts'

export interface FunctionPortDeps {
  readonly host: string
  /** For errors, such as `the function "order"`. */
  readonly whose: string
  readonly onError: (error: unknown) => void
}

export interface ServedPort {
  /** 0: any free one. */
  readonly port: number
  readonly listener: Listener
}

/** A change that can be made now, or not at all. */
export interface PreparedPort {
  /** What was open before is closed when its requests have ended. */
  readonly commit: () => void
  readonly cancel: () => Promise<void>
}

export interface FunctionPort {
  /**
   * Opens a port, if it is not open yet, for requests to a listener; undefined: closes what is open.
   * @throws error when the port is taken; nothing has changed then
   */
  readonly prepare: (next: ServedPort | undefined) => Promise<PreparedPort>
  /** The open one; 0 when none is. */
  readonly port: () => number
  readonly stop: () => Promise<void>
}

interface OpenPort {
  readonly wanted: number
  readonly port: number
  readonly server: HttpServer
}

/** A port of a function; it can move, and its listener can be replaced. */
export function createFunctionPort({ host, whose, onError }: FunctionPortDeps): FunctionPort {
  let listener: Listener | undefined
  let open: OpenPort | undefined
  const closing = new Set<Promise<void>>()

  function change(next: OpenPort | undefined): void {
    const old = open
    open = next
    if (!old || old === next) return
    const job = old.server.stop()
    closing.add(job)
    void job.finally(() => closing.delete(job))
  }

  async function openPort(next: ServedPort): Promise<OpenPort> {
    const listen: Listener = (request, response) => (listener ?? next.listener)(request, response)
    const server = createHttpServer({ listener: listen, onError })
    return { wanted: next.port, server, port: await listenOn(server, next.port, host, whose) }
  }

  return {
    prepare: async (next) => {
      const isOpen = next?.port === open?.wanted
      const target = isOpen || next === undefined ? undefined : await openPort(next)
      return {
        commit: () => {
          // While it closes, what was open goes on to answer.
          listener = next?.listener ?? listener
          if (!isOpen) change(target)
        },
        cancel: async () => target?.server.stop(),
      }
    },
    port: () => open?.port ?? 0,
    stop: async () => {
      change(undefined)
      await Promise.all(closing)
    },
  }
}
