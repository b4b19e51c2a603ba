import { createHttpServer, type HttpServer, type Listener } from '../http/http-server.ts'
import { listenOn } from '../http/listen-on.ts'

export interface FunctionPortDeps {
  readonly host: string
  /** For errors, such as `the function "order"`. */
  readonly whose: string
  readonly onError: (error: unknown) => void
}

export interface FunctionPort {
  /**
   * Serves with this listener on this port (0: any free one) from now on. A port before it is closed when its requests have ended.
   * @throws error when the port is taken; everything stays as it was then
   */
  readonly serve: (port: number, listener: Listener) => Promise<void>
  /** The open one. */
  readonly port: () => number
  /** Settles when the requests have ended. It can serve again. */
  readonly stop: () => Promise<void>
}

/** The port of a function; it can move, and its listener can be replaced. */
export function createFunctionPort({ host, whose, onError }: FunctionPortDeps): FunctionPort {
  let listener: Listener | undefined
  let open: { readonly wanted: number; readonly port: number; readonly server: HttpServer } | undefined
  const closing = new Set<Promise<void>>()

  function close({ stop }: HttpServer): void {
    const job = stop()
    closing.add(job)
    void job.finally(() => closing.delete(job))
  }

  return {
    serve: async (wanted, next) => {
      if (open?.wanted !== wanted) {
        const listen: Listener = (request, response) => (listener ?? next)(request, response)
        const server = createHttpServer({ listener: listen, onError })
        const port = await listenOn(server, wanted, host, whose)
        if (open) close(open.server)
        open = { wanted, port, server }
      }
      listener = next
    },
    port: () => open?.port ?? 0,
    stop: async () => {
      if (open) close(open.server)
      open = undefined
      await Promise.all(closing)
    },
  }
}
