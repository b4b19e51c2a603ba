import type { RecordEvent } from '../journal/journal.ts'
import type { Bundle, RunningHost } from '../lambda/function-host.ts'
import type { FunctionError, Invoke } from '../lambda/invocation.ts'
import { coalesceChecks } from './coalesce-checks.ts'
import type { Rebuild, RebuildResult } from './rebuild.ts'
import { isStale, readStamps, type SourceStamps, stampsOfBuild } from './source-stamps.ts'

export interface FunctionReloadDeps {
  readonly functionName: string
  readonly host: RunningHost
  /** Of the current bundle; absolute. */
  readonly sources: readonly string[]
  readonly buildId: string
  /** When the build of that bundle started. */
  readonly builtAtEpochMs: number
  readonly rebuild: Rebuild
  /** Runs work that no call waits for, after that of the other functions. */
  readonly inTurn: (work: () => Promise<void>) => Promise<void>
  readonly record: RecordEvent
}

export interface FunctionReload {
  /** The host, but each call runs in a build of the files as they are when it arrives, or fails with the build's error. */
  readonly host: RunningHost
  /** Call it when a file has changed. */
  readonly noteChange: (path: string) => void
  /** Call it when no more changes follow: builds if one concerned this function. */
  readonly settle: () => void
}

/** AWS's error types for code that cannot be loaded. */
const toFunctionError = (message: string): FunctionError => ({
  errorType: message.includes('Could not resolve')
    ? 'Runtime.ImportModuleError'
    : 'Runtime.UserCodeSyntaxError',
  errorMessage: `The build failed: ${message}`,
  trace: [],
})

/** Keeps a function up to date: after a save, its next call waits for the build and runs in it. */
export function createFunctionReload(deps: FunctionReloadDeps): FunctionReload {
  const { functionName, host, inTurn, record } = deps
  let stamps: SourceStamps = stampsOfBuild(deps.sources, new Map(), deps.builtAtEpochMs)
  let touched = false
  let failure: string | undefined
  let { buildId } = deps
  let stopped = false
  let warmed: Promise<void> = Promise.resolve()

  function switchTo(bundle: Bundle, durationMs: number) {
    if (bundle.buildId === buildId) return
    buildId = bundle.buildId
    record({ name: 'build.finished', functionName, buildId, durationMs })
    // Calls in flight end in the old build; nothing here waits for them.
    void host.retire(bundle)
    void warm()
  }

  /** Starts an environment of the current build, then a spare thread for the next one, which would delay it. */
  async function warm() {
    const after = buildId
    warmed = host.warm()
    await warmed
    void inTurn(async () => {
      await host.prepareSpare()
      record({ name: 'spare.ready', functionName, buildId: after })
    })
  }

  async function rebuild() {
    touched = false
    const before = readStamps(stamps.keys())
    const startedAtEpochMs = Date.now()
    const startedAt = performance.now()
    const rebuilt: RebuildResult = await deps.rebuild.run()
    if (rebuilt.outcome === 'failed') {
      stamps = before
      if (rebuilt.message !== failure)
        record({ name: 'build.failed', functionName, message: rebuilt.message })
      failure = rebuilt.message
      return
    }
    if (failure !== undefined) record({ name: 'build.recovered', functionName })
    failure = undefined
    stamps = stampsOfBuild(rebuilt.sources, before, startedAtEpochMs)
    switchTo(rebuilt.bundle, performance.now() - startedAt)
  }

  const upToDate = coalesceChecks(async () => {
    // The sources of a failed build are unknown, so each call retries it.
    if (!stopped && (touched || failure !== undefined || isStale(stamps))) await rebuild()
    return failure
  })

  const invoke: Invoke = async (payload, options) => {
    const message = await upToDate()
    if (message === undefined) return host.invoke(payload, options)
    const isCallerWaiting = options?.source === 'http' || options?.source === 'invoke'
    return isCallerWaiting
      ? {
          outcome: 'function-error',
          error: toFunctionError(message),
          buildFailure: `The build failed.\n\n${message}\n`,
        }
      : // Counts as no attempt: a batch must not run out of retries while somebody is typing.
        { outcome: 'throttled', reason: 'The build failed.' }
  }

  return {
    host: {
      ...host,
      invoke,
      warm,
      initFailure: () => (failure === undefined ? host.initFailure() : `The build failed: ${failure}`),
      stop: async () => {
        stopped = true
        await upToDate()
        await host.stop()
        await deps.rebuild.dispose()
      },
    },
    noteChange: (path) => {
      touched ||= stamps.has(path)
    },
    settle: () => {
      if (!touched && failure === undefined) return
      void inTurn(async () => {
        await upToDate()
        await warmed
      })
    },
  }
}
