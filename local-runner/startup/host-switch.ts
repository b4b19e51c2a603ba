import type { FunctionHost } from '../lambda/function-host.ts'
import type { InvocationResult } from '../lambda/invocation.ts'

type Host = Pick<FunctionHost, 'invoke' | 'initFailure' | 'stop'>

export interface HostSwitch extends Host {
  /** Later calls run in `next`. Those of the old host, also the ones that wait, end there; then it is stopped. */
  readonly switchTo: (next: Host) => void
}

/** A host with the calls that are in it. */
function createGeneration({ invoke, stop, initFailure }: Host) {
  const calls = new Set<Promise<InvocationResult>>()
  let stopping: Promise<void> | undefined
  const stopOnce = () => (stopping ??= stop())
  return {
    initFailure,
    invoke: ((payload, options) => {
      const call = invoke(payload, options)
      calls.add(call)
      const leave = () => void calls.delete(call)
      call.then(leave, leave)
      return call
    }) satisfies Host['invoke'],
    stop: stopOnce,
    finish: async () => {
      while (calls.size > 0) await Promise.allSettled(calls)
      await stopOnce()
    },
  }
}

/** A function's host, which another one can replace while calls run. */
export function createHostSwitch(first: Host, onError: (error: unknown) => void): HostSwitch {
  let current = createGeneration(first)
  const generations = new Set([current])
  return {
    invoke: (payload, options) => current.invoke(payload, options),
    initFailure: () => current.initFailure(),
    switchTo: (next) => {
      const old = current
      current = createGeneration(next)
      generations.add(current)
      const leave = () => void generations.delete(old)
      old.finish().then(leave, onError)
    },
    stop: async () => {
      await Promise.all([...generations].map(({ stop }) => stop()))
    },
  }
}
